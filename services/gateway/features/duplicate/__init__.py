"""A new invitation from an old one."""
