"""Tickets: threads, panels, lists and transcripts."""
