"""What happens in a run, how often, and in which order: the seed decides."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice

from playground import demo
from tests.chaos.faults import (
    broker,
    cancelling,
    database,
    discord,
    machine,
    processes,
    vandal,
)
from tests.chaos.faults.processes import SERVERS, SERVICES
from tests.chaos.faults.scene import Fault

RABBITMQ, POSTGRESQL, PGBOUNCER = ("rabbitmq",), ("postgresql",), ("pgbouncer",)
DISTURBANCES = {
    "cut of all connections": Fault(broker.cut),
    "websockets dropped": Fault(discord.drop),
    "sessions invalidated": Fault(discord.invalidate),
    "asked to reconnect": Fault(discord.reconnect),
    "Discord answers 500": Fault(discord.answer(500)),
    "Discord answers 429": Fault(discord.answer(429)),
    "Discord closes the connection": Fault(discord.reset(is_applied=False)),
    "Discord closes it after it did as asked": Fault(discord.reset(is_applied=True)),
}
TROUBLES = {
    "PostgreSQL read-only": Fault(database.read_only, POSTGRESQL, weight=2),
    "PostgreSQL hangs": Fault(processes.freeze_server("postgresql"), POSTGRESQL, is_beside=True),
    "rows locked": Fault(database.locked_rows, POSTGRESQL, weight=2),
    "statements time out": Fault(database.statement_timeout, POSTGRESQL + PGBOUNCER, weight=2),
    "PgBouncer paused": Fault(database.pause, POSTGRESQL + PGBOUNCER, weight=2),
    "RabbitMQ's memory alarm": Fault(broker.memory_alarm, RABBITMQ, weight=2),
    "old messages repeated": Fault(broker.repeat_old, RABBITMQ),
    "disk full for a log": Fault(machine.full_log, is_beside=True),
    "disk full for the spool, RabbitMQ away": Fault(machine.full_spool, RABBITMQ, weight=4),
    "clock jumps": Fault(machine.clock_step, is_beside=True),
    "slow wire": Fault(machine.slow_wire, is_beside=True),
    "Discord forbids edits": Fault(discord.forbid_edits, is_beside=True),
}
VANDALISM = {
    "announcement deleted": Fault(vandal.delete(demo.ANNOUNCEMENT_CHANNEL_ID)),
    "panel deleted": Fault(vandal.delete(demo.STAFF_CHANNEL_ID)),
    "all announcements deleted": Fault(vandal.purge),
    "thread deleted": Fault(vandal.delete_thread),
    "thread closed": Fault(vandal.close_thread),
    "threads taken from the bot": Fault(vandal.take_threads_away, is_beside=True),
    "channel hidden from the bot": Fault(vandal.hide(demo.ANNOUNCEMENT_CHANNEL_ID), is_beside=True),
    "staff channel hidden from the bot": Fault(vandal.hide(demo.STAFF_CHANNEL_ID), is_beside=True),
}
OUTAGES = {
    "RabbitMQ away": Fault(processes.outage("rabbitmq"), RABBITMQ, weight=4),
    "PostgreSQL away": Fault(processes.outage("postgresql"), POSTGRESQL, weight=4),
}
CANCEL = Fault(cancelling.cancel, RABBITMQ + POSTGRESQL)
# RabbitMQ 3.10 that is killed after a queue was deleted and declared again finds no leader for it
# ("leader not known" without end): the queue is lost. So RabbitMQ is stopped before, not after.
RABBITMQ_STOPS = ("kill rabbitmq", "disk full for the spool, RabbitMQ away", "RabbitMQ away")


@dataclass(frozen=True)
class Measure:
    """How often everything happens, and for how many seconds."""

    presses: int
    kills: int
    server_kills: int
    freezes: int
    disturbances: int
    troubles: int
    outages: int
    cancels: int
    freeze_seconds: float
    hold_seconds: tuple[float, float]
    outage_seconds: tuple[float, float]
    forbidden_seconds: float

    def scaled(self, presses: int) -> "Measure":
        """Return a part of it; each thing happens once at least."""
        part = presses / self.presses

        def some(count: int, least: int = 1) -> int:
            return max(least, round(count * part))

        return replace(
            self,
            presses=presses,
            kills=some(self.kills, len(SERVICES)),
            server_kills=some(self.server_kills),
            freezes=some(self.freezes),
            disturbances=some(self.disturbances),
            troubles=some(self.troubles),
            outages=some(self.outages),
            cancels=some(self.cancels),
        )


FULL = Measure(
    presses=20_000,
    kills=200,
    server_kills=10,
    freezes=3,
    disturbances=40,
    troubles=3,
    outages=3,
    cancels=2,
    freeze_seconds=40.0,
    hold_seconds=(4.0, 12.0),
    outage_seconds=(8.0, 15.0),
    forbidden_seconds=60.0,
)
QUICK = Measure(
    presses=700,
    kills=8,
    server_kills=1,
    freezes=1,
    disturbances=5,
    troubles=1,
    outages=0,
    cancels=1,
    freeze_seconds=6.0,
    hold_seconds=(2.0, 4.0),
    outage_seconds=(8.0, 9.0),
    forbidden_seconds=8.0,
)


@dataclass(frozen=True)
class Act:
    """A fault in its place."""

    name: str
    fault: Fault


def plan(measure: Measure, dice: random.Random) -> list[Act]:
    """Return every act of a run in its order.

    In the last quarter every consumer is cancelled: one that stays deaf is noticed by what follows.
    """
    acts = [*_kills(measure), *_freezes(measure, dice), *_troubles(measure)]
    stops = [act for act in acts if act.name in RABBITMQ_STOPS]
    others = [act for act in acts if act.name not in RABBITMQ_STOPS]
    dice.shuffle(others)
    cut = len(others) * 3 // 4
    cancel = Act("consumers cancelled", CANCEL)
    early, late = stops + others[:cut], others[cut:] + [cancel] * (measure.cancels - 1)
    dice.shuffle(early)
    dice.shuffle(late)
    return [*early, cancel, *late]


def _kills(measure: Measure) -> Iterator[Act]:
    for service in islice(cycle(SERVICES), measure.kills):
        yield Act(f"kill {service}", Fault(processes.kill(service)))
    for name in SERVERS:
        # A PostgreSQL that is frozen does not hear SIGQUIT.
        servers = POSTGRESQL if name == "postgresql" else ()
        restart = Act(f"kill {name}", Fault(processes.restart(name), servers))
        yield from [restart] * measure.server_kills


def _freezes(measure: Measure, dice: random.Random) -> Iterator[Act]:
    for _ in range(measure.freezes):
        name = dice.choice((*SERVICES, "rabbitmq", "pgbouncer", "redis"))
        play = processes.freeze_service if name in SERVICES else processes.freeze_server
        yield Act(f"freeze {name}", Fault(play(name), (name,), is_beside=True))


def _troubles(measure: Measure) -> Iterator[Act]:
    for name, fault in islice(cycle(DISTURBANCES.items()), measure.disturbances):
        yield Act(name, fault)
    for name, fault in (TROUBLES | VANDALISM).items():
        yield from [Act(name, fault)] * measure.troubles
    for name, fault in OUTAGES.items():
        yield from [Act(name, fault)] * measure.outages
