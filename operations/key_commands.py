"""`doukikai keys`: which key seals, what is still under another, and how one replaces the other."""

import asyncio
import os
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from operations.databases import COUNTS, sealed_texts
from operations.ring import Ring, Stage
from operations.screen import AsJson, console, say_json, say_table
from operations.settings import Settings
from shared.proofs import GATEWAY, CommandKeys
from shared.settings import load

LOOK_SECONDS = 2.0
SERVICES = ("gateway", "invitations", "tickets", "scheduler")
RESTART = f"docker compose run --rm secrets && docker compose restart {' '.join(SERVICES)}"
QUESTIONS: dict[Stage, str] = {
    "promote": "Was every service restarted since the new key was added?",
    "remove": "Has the new key been in use for a quarter of an hour, in every service, and is no"
    " older dead letter left to replay?",
}
DONE: dict[Stage, str] = {
    "add": "A new key stands behind the sealing one.",
    "promote": "The new key stands first and seals from the restart on.",
    "remove": "The old key is off the ring.",
}

app = typer.Typer(no_args_is_help=True, help="The keys that secrets are sealed with.")


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Show which key seals, and how many texts each key still opens."""
    settings = load(Settings)
    ring, counts = Ring.of(settings.ring()), asyncio.run(_counts(settings))
    ids = [*ring.keys, *sorted({key for each in counts.values() for key in each} - {*ring.keys})]
    rows = [
        {
            "key": key_id,
            "state": _state(ring, key_id),
            **{owner: each.get(key_id, 0) for owner, each in counts.items()},
        }
        for key_id in ids
    ]
    if as_json:
        say_json(rows)
    else:
        say_table(rows, ("key", "state", *counts), "")


@app.command()
def commands(*, as_json: AsJson = False) -> None:
    """Show the COMMAND_KEYS of each service, for services that neither Docker nor demo starts."""
    ring = load(Settings).ring()
    keys = {name: str(CommandKeys.derived(ring, name)) for name in SERVICES[1:]}
    if as_json:
        say_json(keys)
        return
    for name, setting in keys.items():
        typer.echo(f"# {name}\nCOMMAND_KEYS={setting}")


@app.command("api-token")
def api_token() -> None:
    """Print the token that reads every server from the HTTP API; only rotate changes it."""
    keys = CommandKeys.derived(load(Settings).ring(), GATEWAY)
    typer.echo(keys.reading_token("invitations"))


@app.command()
def rotate(
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    waits: Annotated[
        bool, typer.Option("--wait", help="Wait until all texts are sealed again.")
    ] = False,
) -> None:
    """Do the next step of replacing the sealing key: add, promote, wait, remove."""
    settings = load(Settings)
    ring = Ring.of(settings.ring())
    texts = asyncio.run(_texts(settings))
    stage = ring.stage(texts)
    if stage == "wait" and not waits:
        left = ring.outdated(texts)
        typer.echo(f"{left} texts are to be sealed again; --wait shows the progress.")
        return
    if stage == "wait":
        _wait(settings, ring, ring.outdated(texts))
        stage = "remove"
    if stage in QUESTIONS and not is_sure:
        typer.confirm(QUESTIONS[stage], abort=True, err=True)
    _keep(settings, ring.after(stage, datetime.now(UTC)), stage)


def _state(ring: Ring, key_id: str) -> str:
    if key_id == ring.sealing:
        return "seals"
    if key_id not in ring.keys:
        return "missing"
    return "waits to seal" if key_id == ring.newer else "opens"


def _keep(settings: Settings, ring: Ring, stage: Stage) -> None:
    """Write the ring where the gateways have it from, or say what to write."""
    typer.echo(DONE[stage], err=True)
    if settings.sealing_keys is None:
        path = Path(settings.needed("sealing_keys_file"))
        aside = path.with_name(f".{path.name}.new")
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(str(ring))
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
        typer.echo(f"Now let the services have it: {RESTART}", err=True)
    else:
        typer.echo("Put this into .env, then let every service have it:", err=True)
        typer.echo(f"SEALING_KEYS={ring}")
    if stage != "remove":
        typer.echo("After that: doukikai keys rotate", err=True)


def _wait(settings: Settings, ring: Ring, total: int) -> None:
    """Show how many texts have been sealed again, until all have."""
    screen = console()
    with Progress(console=screen, disable=not screen.is_terminal) as progress:
        bar = progress.add_task("sealing again", total=total)
        while left := ring.outdated(asyncio.run(_texts(settings))):
            progress.update(bar, completed=max(total - left, 0))
            time.sleep(LOOK_SECONDS)


async def _texts(settings: Settings) -> Counter[str]:
    found: Counter[str] = Counter()
    for counts in (await _counts(settings)).values():
        found.update(counts)
    return found


async def _counts(settings: Settings) -> dict[str, dict[str, int]]:
    return {owner: dict(await sealed_texts(settings, owner)) for owner in COUNTS}
