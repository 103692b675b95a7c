"""`doukikai outbox`: what services have done and not yet told."""

import asyncio
from datetime import timedelta

import typer

from operations.databases import Outbox, outbox
from operations.screen import AsJson, say_json, say_table, short
from operations.settings import ROLES, Settings
from shared.settings import load

app = typer.Typer(no_args_is_help=True, help="What services have done and not yet told.")


@app.callback()
def group() -> None:
    """Keep `status` a command of its own, for others that may come."""


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Count what waits in each outbox; it should be gone within seconds."""
    found = asyncio.run(_all())
    if as_json:
        say_json(
            [
                {
                    "service": each.service,
                    "waiting": each.waiting,
                    "oldest_seconds": _seconds(each.oldest),
                }
                for each in found
            ]
        )
        return
    rows = [
        {
            "service": each.service,
            "waiting": each.waiting,
            "oldest": short(each.oldest) if each.oldest else None,
        }
        for each in found
    ]
    say_table(rows, ("service", "waiting", "oldest"), "")


def _seconds(age: timedelta | None) -> float | None:
    return None if age is None else round(age.total_seconds(), 3)


async def _all() -> list[Outbox]:
    settings = load(Settings)
    return list(await asyncio.gather(*(outbox(settings, role) for role in ROLES)))
