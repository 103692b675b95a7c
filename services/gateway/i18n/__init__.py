"""What members read: one Fluent file for each language, and the function that fills it in."""
