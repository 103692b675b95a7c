"""The command `doukikai`: what the person who runs the bot does with it from outside.

Owns: nothing. Looks at every part, and moves dead letters with a user of its own.
"""
