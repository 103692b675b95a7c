"""Calendar feeds at secret addresses."""
