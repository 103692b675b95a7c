"""What the invitations service can be asked, and what it tells."""
