"""Ending an event early: cancel and complete."""
