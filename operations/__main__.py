"""`doukikai`, or `python -m operations`: everything the operator can ask, put together."""

import sys

import typer

from operations import dead_commands, guild_commands, key_commands, outbox_commands
from operations.doctor.command import doctor
from operations.invite_command import invite_link
from shared.settings import OperatorMistake

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with its variables would show passwords
    help="Operate a running Doukikai.",
)
app.command()(doctor)
app.command()(invite_link)
app.add_typer(dead_commands.app, name="dead")
app.add_typer(guild_commands.app, name="guilds")
app.add_typer(key_commands.app, name="keys")
app.add_typer(outbox_commands.app, name="outbox")


def main() -> None:
    """Run one command; an operator's mistake is one sentence and exit code 1."""
    try:
        app()
    except OperatorMistake as mistake:
        sys.stderr.write(f"{mistake}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
