"""Handles the messages of the services: replies and events."""
