"""What an invitation looks like, without I/O."""
