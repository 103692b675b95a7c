"""The SQL of tickets: each statement stands above the function that runs it."""
