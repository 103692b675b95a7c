"""The tree of slash commands: each subcommand calls its feature."""
