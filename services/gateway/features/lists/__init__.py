"""Lists, details and history of invitations."""
