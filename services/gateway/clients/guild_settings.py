"""The gateway's copy of each guild's settings, a few seconds old at most while the API answers."""
