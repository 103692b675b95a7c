"""`doukikai`, or `python -m operations`: everything the operator can ask, put together."""

import sys

import typer

from operations import dead_commands
from shared.settings import OperatorMistake

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with its variables would show passwords
    help="Look after a running Doukikai.",
)
app.add_typer(dead_commands.app, name="dead")


def main() -> None:
    """Run one command; an operator's mistake is one sentence and exit code 1."""
    try:
        app()
    except OperatorMistake as mistake:
        sys.stderr.write(f"{mistake}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
