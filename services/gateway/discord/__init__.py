"""Discord's REST API, messages, interactions and clock; no feature."""
