"""Reminders before a start."""
