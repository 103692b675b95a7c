"""What every service stands on: messages, the way they travel, and a process's life."""
