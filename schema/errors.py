"""The one error that an operator reads."""


class MigrationError(Exception):
    """A failure that an operator can repair; its text is one sentence."""
