"""Brings commands to the broker, and errors to the member."""
