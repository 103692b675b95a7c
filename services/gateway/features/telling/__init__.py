"""Telling the right people what happened to an event, each once."""
