"""Finds what was changed on Discord behind the bot's back, and repairs it."""
