"""What the operator can put right: one sentence on standard error, then a non-zero exit."""


class OperatorMistake(Exception):  # noqa: N818 - the name says whose turn it is
    """Something this machine lacks or forbids; its message tells what and how to go on."""
