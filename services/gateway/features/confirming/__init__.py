"""Asking before a press takes something away."""
