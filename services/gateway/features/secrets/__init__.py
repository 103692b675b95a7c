"""The profile and the instance link that only participants can read."""
