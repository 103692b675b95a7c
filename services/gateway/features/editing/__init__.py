"""Editing an open event."""
