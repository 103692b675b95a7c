"""The HTTP API: lists, one invitation, histories and calendars."""
