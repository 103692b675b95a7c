"""`doukikai doctor`: every part, a line each."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

import typer
from rich.text import Text

from operations.doctor import broker, clocks, databases, discord, guilds, keys, watching
from operations.doctor.check import Check, Finding, examine
from operations.guilds import StoredGuild
from operations.screen import AsJson, console, say_json
from operations.settings import ROLES, Settings
from shared.settings import OperatorMistake, load

GUILDS_AT_ONCE = 5  # Discord takes fifty calls a second, and a guild is four
MARKS = {"well": ("✓", "green"), "broken": ("✗", "bold red"), "absent": ("–", "dim")}


def doctor(*, as_json: AsJson = False) -> None:
    """Look at every part and setting, a line each; exit code 1 if one is broken."""
    findings = asyncio.run(_examine(load(Settings)))
    if as_json:
        say_json([asdict(each) for each in findings])
    else:
        _print(findings)
    if any(each.state == "broken" for each in findings):
        raise typer.Exit(1)


def _print(findings: list[Finding]) -> None:
    screen = console()
    width = max(len(each.part) for each in findings)
    for each in findings:
        mark, style = MARKS[each.state]
        line = Text(f"{mark} ", style=style)
        line.append(
            f"{each.part:<{width}}  {each.sentence}", style="" if each.state == "well" else style
        )
        screen.print(line, soft_wrap=True)


async def _examine(settings: Settings) -> list[Finding]:
    parts, of_guilds = await asyncio.gather(
        asyncio.gather(*map(examine, _checks(settings))), _examine_guilds(settings)
    )
    return [*parts, *of_guilds]


async def _examine_guilds(settings: Settings) -> list[Finding]:
    """Look at each guild; one line for all of them if they cannot be listed."""
    known: list[StoredGuild] = []

    async def look() -> str:
        known.extend(await guilds.known(settings))
        return f"{len(known)} are known."

    listed = await examine(Check("guilds", look))
    if not known:
        return [listed]
    turns = asyncio.Semaphore(GUILDS_AT_ONCE)

    async def in_turn(guild: StoredGuild) -> Finding:
        name = f"guild {guild.settings.guild_id}"
        async with turns:
            return await examine(Check(name, partial(guilds.guild, settings, guild)))

    return list(await asyncio.gather(*map(in_turn, known)))


def _checks(settings: Settings) -> Iterator[Check]:
    for role in ROLES:
        yield Check(f"PostgreSQL as {role}", partial(databases.role, settings, role))
    yield Check("PgBouncer", partial(databases.pooler, settings))
    yield Check("migrations", partial(databases.migrations, settings))
    for role in ROLES:
        yield Check(f"outbox of {role}", partial(databases.outbox, settings, role))
    yield Check("RabbitMQ", partial(broker.login, settings))
    yield Check("queues", partial(broker.queues, settings))
    yield Check("dead letters", partial(broker.dead_letters, settings))
    yield Check("Redis", partial(watching.cache, settings))
    yield from _services(settings)
    yield Check("clocks", partial(clocks.clocks, settings))
    yield Check("sealing keys", partial(keys.ring, settings))
    yield Check("Discord", partial(discord.bot, settings))
    yield Check("Prometheus", partial(watching.prometheus, settings))
    yield Check("backups", partial(watching.backups, settings))
    yield Check("disk", watching.disk)


def _services(settings: Settings) -> Iterator[Check]:
    try:
        for name, url in watching.services(settings):
            yield Check(f"service {name}", partial(watching.service, url))
    except OperatorMistake as mistake:
        yield Check("services", partial(_say, mistake))


async def _say(mistake: OperatorMistake) -> str:
    raise mistake
