"""The picture of an event."""
