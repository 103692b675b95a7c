"""Adding and removing participants, and who is in the thread."""
