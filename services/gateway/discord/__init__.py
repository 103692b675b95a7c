"""Knows Discord and no feature: REST, messages, interactions, custom ids."""
