"""Invitations among the guild's scheduled events."""
