"""A member's data: export and erasure."""
