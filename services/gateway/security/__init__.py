"""Renews what is encrypted."""
