"""A new invitation: its form, and the draft it becomes."""
