"""`doukikai doctor`: every part, a line each."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

import typer
from rich.text import Text

from operations.doctor import (
    backups,
    broker,
    clocks,
    databases,
    discord,
    guilds,
    keys,
    watching,
)
from operations.doctor.check import Check, Examination, Finding
from operations.doctor.mending import Mending
from operations.doctor.programs import examine_programs
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
    """Look at causes before what needs them."""
    found = Examination(Mending(settings))
    for checks in (_servers, _behind_servers, _tables, _services):
        await found.look_at(checks(settings, found))
    await examine_programs(settings, found)
    await _examine_guilds(settings, found)
    return found.lines()


def _servers(settings: Settings, _: Examination) -> Iterator[Check]:
    yield Check("PostgreSQL", partial(databases.server, settings), container="postgres")
    yield Check("RabbitMQ", partial(broker.login, settings), container="rabbitmq")
    yield Check("Redis", partial(watching.cache, settings), container="redis")
    yield Check("Discord", partial(discord.bot, settings))
    yield Check("disk", watching.disk)


def _behind_servers(settings: Settings, _: Examination) -> Iterator[Check]:
    database = ("PostgreSQL",)
    yield Check("PgBouncer", partial(databases.pooler, settings), database, "pgbouncer")
    yield Check("migrations", partial(databases.migrations, settings), database)
    yield Check("WAL archive", partial(backups.archive, settings), database)
    yield Check("queues", partial(broker.queues, settings), ("RabbitMQ",))
    yield Check("dead letters", partial(broker.dead_letters, settings), ("RabbitMQ",))


def _tables(settings: Settings, _: Examination) -> Iterator[Check]:
    for role in ROLES:
        look = partial(databases.role, settings, role)
        yield Check(f"PostgreSQL as {role}", look, ("PgBouncer",))
    yield Check("replica", partial(backups.replica, settings), ("PgBouncer",), "replica")


def _services(settings: Settings, found: Examination) -> Iterator[Check]:
    for role in ROLES:
        look = partial(databases.outbox, settings, role)
        yield Check(f"outbox of {role}", look, (f"PostgreSQL as {role}", "RabbitMQ"))
    try:
        for name, url in watching.services(settings):
            look = partial(watching.service, url, found.is_away)
            yield Check(f"service {name}", look, container=name)
    except OperatorMistake as mistake:
        yield Check("services", partial(_say, mistake))
    sealed = ("PostgreSQL as invitations", "PostgreSQL as tickets")
    yield Check("sealing keys", partial(keys.ring, settings), sealed)
    yield Check("clocks", partial(clocks.clocks, settings))
    yield Check("backups", partial(backups.backups, settings), container="backup")
    yield Check("Prometheus", partial(watching.prometheus, settings), container="prometheus")
    yield Check("alerts", partial(watching.alerts, settings))


async def _examine_guilds(settings: Settings, found: Examination) -> None:
    """Look at each guild, unless they cannot be listed."""
    known: list[StoredGuild] = []

    async def look() -> str:
        known.extend(await guilds.known(settings))
        return f"{len(known)} are known."

    needs = ("Discord", "PostgreSQL as invitations", "PostgreSQL as tickets")
    await found.look_at([Check("guilds", look, needs)])
    turns = asyncio.Semaphore(GUILDS_AT_ONCE)

    async def in_turn(guild: StoredGuild) -> str:
        async with turns:
            return await guilds.guild(settings, guild)

    await found.look_at(
        Check(f"guild {each.settings.guild_id}", partial(in_turn, each)) for each in known
    )


async def _say(mistake: OperatorMistake) -> str:
    raise mistake
