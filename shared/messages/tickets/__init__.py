"""What the tickets service can be asked, and what it tells."""
