"""How many lists a second, beside what could be at best and what the design has in mind.

Each server runs on one core alone and wrk on the other; PostgreSQL and PgBouncer take what they
need of both. All read one database over eight connections through the same PgBouncer. They take
turns in short rounds, so that a noisy machine is noisy for all, and the medians are compared.
"""

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from benchmarks.bench import design_stack
from benchmarks.load.saturation import Saturation, list_url, saturate
from benchmarks.load.service import serving
from deploy.local.instance import free_ports
from deploy.local.server import Server, responds
from deploy.local.steps import step
from tests.conftest import Site
from tests.tables import table

CONNECTIONS = 50
BARE, CACHED, SHARED, UNCACHED = "bare aiohttp", "ours, cached", "ours, no Redis", "ours, uncached"
PG, PRISMA = "fastify + pg", "fastify + Prisma"
GOALS = ((CACHED, BARE, 0.7), (UNCACHED, PG, 1.0), (UNCACHED, PRISMA, 1.7))


@dataclass(frozen=True)
class Round:
    """What one turn has found, and how much of its core the server took for each read."""

    found: Saturation
    microseconds: float


@dataclass
class Contender:
    """A server that answers the list, and what its turns have found."""

    name: str
    url: str
    server: Server
    rounds: list[Round] = field(default_factory=list)

    def turn(self, seconds: int, core: Sequence[str]) -> Round:
        """Measure it once."""
        before = self._cpu_seconds()
        found = saturate(self.url, CONNECTIONS, seconds, *core)
        spent = self._cpu_seconds() - before
        return Round(found, 1_000_000 * spent / (found.rate * seconds))

    @property
    def rate(self) -> float:
        """Give the median of the reads a second."""
        return statistics.median(each.found.rate for each in self.rounds)

    def row(self, best: float) -> tuple[str, ...]:
        """Write the medians as a row of the table."""
        cpu = statistics.median(each.microseconds for each in self.rounds)
        p50, p99 = (
            statistics.median(getattr(each.found, name) for each in self.rounds)
            for name in ("p50", "p99")
        )
        wrong = sum(each.found.wrong for each in self.rounds)
        speed = f"{self.rate:,.0f}", f"{self.rate / best:.2f}"
        return self.name, *speed, f"{cpu:.0f}", f"{p50:.1f}", f"{p99:.1f}", str(wrong)

    def _cpu_seconds(self) -> float:
        process = self.server.process
        assert process is not None
        # Behind the name, which may hold anything: fields 14 and 15 of proc_pid_stat(5).
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def compare(site: Site, rounds: int, seconds: int) -> tuple[str, list[str]]:
    """Measure all in turns; give the table, and sentences about the goals."""
    server_core, wrk_core = _pins()
    with _contenders(site, server_core) as contenders:
        for number in range(rounds + 1):
            with step(f"round {number} of {rounds}" if number else "warming up"):
                for each in contenders:
                    found = each.turn(seconds, wrk_core)
                    each.rounds += [found] if number else []
    rates = {each.name: each.rate for each in contenders}
    head = (f"{CONNECTIONS} at once", "reads/s", "ratio", "CPU µs", "p50 ms", "p99 ms", "errors")
    return table(head, [each.row(rates[BARE]) for each in contenders]), [*_sentences(rates)]


@contextmanager
def _contenders(site: Site, core: Sequence[str]) -> Iterator[list[Contender]]:
    """Run every server; those of the design only where they can be had."""
    with ExitStack() as stack:
        ours = stack.enter_context(serving(site, core))
        # Nobody listens there: every read goes to the database, but readers of a moment share one.
        without = stack.enter_context(serving(site, core, REDIS_URL="redis://127.0.0.1:1/0"))
        url = list_url(ours.base_url)
        contenders = [
            _bare(site, url, core),
            Contender(CACHED, url, ours.process),
            Contender(SHARED, list_url(without.base_url), without.process),
            # A page behind a cursor is neither kept nor shared: each read is a query.
            Contender(UNCACHED, f"{url}&cursor=a0.0", ours.process),
        ]
        with step("fastify, pg and Prisma"):
            reason = design_stack.missing()
        if reason:
            print(f"  {reason}")
        else:
            for name, client in ((PG, "pg"), (PRISMA, "prisma")):
                contenders.append(Contender(name, *design_stack.describe(site, client, *core)))
        for each in contenders:
            _start(stack, each.server)
            _refuse_other_rows(url, each.url)
        yield contenders


def _bare(site: Site, url: str, core: Sequence[str]) -> Contender:
    """Describe the limit, which answers what ours has just answered."""
    [port] = free_ports(1)
    body = site.servers.instance.folder / "list.json"
    body.write_bytes(_body(url))
    bare = list_url(f"http://127.0.0.1:{port}")
    command = [*core, sys.executable, "-m", "benchmarks.bench.bare", str(port), str(body)]
    server = Server(
        site.servers.instance, "bare", command, ready=lambda: responds(bare), is_ours=True
    )
    return Contender(BARE, bare, server)


def _start(stack: ExitStack, server: Server) -> None:
    if not server.running():
        server.launch()
        stack.callback(server.end)
        server.await_ready()


def _body(url: str) -> bytes:
    with urlopen(url) as answer:  # noqa: S310 - loopback only
        body: bytes = answer.read()
    return body


def _refuse_other_rows(ours: str, theirs: str) -> None:
    """See to it that the same is measured."""
    a, b = _body(ours), _body(theirs)
    assert abs(len(a) - len(b)) < len(a) / 20, (a[:300], b[:300])


def _pins() -> tuple[list[str], list[str]]:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        return [], []
    return ["taskset", "-c", str(cores[0])], ["taskset", "-c", str(cores[1])]


def _sentences(rates: dict[str, float]) -> Iterator[str]:
    for name, other, goal in GOALS:
        if other in rates:
            ratio = rates[name] / rates[other]
            verdict = "reached" if ratio >= goal else "MISSED"
            yield f"{name} is {ratio:.2f} × {other}; the goal is {goal:g}: {verdict}."
