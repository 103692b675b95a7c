"""Clients of the other services' HTTP APIs."""
