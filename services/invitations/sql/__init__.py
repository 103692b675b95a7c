"""The SQL of invitations: each statement stands above the function that runs it."""
