"""The gateway: the only service that knows Discord.

Owns: what members see and press. Tells: commands. Answers: presses, by the replies of others.
"""
