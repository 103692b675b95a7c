"""The sections of docs/proof.md: each measures, draws its picture and writes its text."""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterable

import uvloop

from benchmarks.bench import answers, growth, presses, soak, steady
from benchmarks.bench.cpu import shares
from benchmarks.bench.rows import Row, compared
from benchmarks.load.service import INVITATIONS, seeded
from benchmarks.proof import texts
from benchmarks.proof.pictures import (
    BLUE,
    GREY,
    ORANGE,
    RED,
    Bar,
    Line,
    Panel,
    draw_bars,
    draw_panels,
)
from deploy.local.instance import PROJECT
from deploy.local.servers import passing_servers

PICTURES = PROJECT / "docs" / "pictures"
SIZES, MOST = (10_000, 1_000_000), 10_000_000  # invitations; quickly, without the most


def of_presses(arguments: argparse.Namespace) -> str:
    """Compare presses with their limit and their peers, and climb up the rates."""
    count, seconds = (2500, 5) if arguments.quick else (10000, 15)
    with seeded() as site:
        rows = uvloop.run(presses.measure(site, count))
        rates = {row.name: row.rate for row in rows}
        climbed = uvloop.run(steady.climbed(site, rates[presses.OURS_PRESSED], seconds))
    draw_bars(
        [Bar(row.name, row.rate, row.name in presses.OURS_BOTH) for row in rows],
        [(least * rates[name], f"wanted: {least} × {name}") for name, least in presses.GOALS],
        PICTURES / "presses.png",
    )
    _draw_latencies(climbed)
    return texts.PRESSES.format(
        in_flight=presses.IN_FLIGHT,
        rounds=presses.ROUNDS,
        presses=count // presses.ROUNDS,
        invitations=INVITATIONS,
        table=compared(rows),
        verdicts=_listed(presses.judged(rows)),
        shares=shares({row.name: row.cpu for row in rows}),
        latencies=steady.climbing(climbed),
        beyond=f"{steady.BEYOND_SECONDS:g}",
        latency_verdicts=_listed(steady.judged(climbed)),
    )


def _draw_latencies(climbed: list[steady.Steady]) -> None:
    panel = Panel(
        "command to reply, milliseconds, by commands a second",
        [f"{each.rate:,.0f}" for each in climbed],
        [
            Line("p50", [each.cuts[0] for each in climbed]),
            Line("p99", [each.cuts[1] for each in climbed], RED),
        ],
        [(steady.P99_GOAL, f"wanted at {steady.GOAL_RATE:,.0f}: p99 ≤ {steady.P99_GOAL:.0f} ms")],
        is_logarithmic=True,
    )
    draw_panels([[panel]], PICTURES / "latency.png")


def of_answers(arguments: argparse.Namespace) -> str:
    """Press through Discord."""
    turns, seconds = (1, 5) if arguments.quick else (5, 10)
    with passing_servers("answers", forgetful=False) as servers:
        found = uvloop.run(answers.measure(servers, seconds, turns))
    panels = [_answered(found, name, cut) for cut, name in enumerate(("p50", "p99"))]
    draw_panels([panels], PICTURES / "answers.png")
    return texts.ANSWERS.format(
        invitations=answers.INVITATIONS,
        turns=turns,
        seconds=seconds,
        table=answers.compared(found),
        verdicts=_listed(answers.judged(found)),
        shares=shares({each.name: each.cpu for each in found}),
    )


def _answered(found: list[answers.Answered], name: str, cut: int) -> Panel:
    lines = {
        answers.DIRECT: ("the bot", GREY),
        answers.ONE: ("1 gateway", BLUE),
        answers.TWO: ("2 gateways", ORANGE),
    }
    return Panel(
        f"{name} in ms, by presses a second",
        [str(rate) for rate in answers.RATES],
        [
            Line(label, [each.cuts[cut] for each in found if each.by == by], colour)
            for by, (label, colour) in lines.items()
        ],
        is_logarithmic=True,
    )


def of_growth(arguments: argparse.Namespace) -> str:
    """Press on more and more invitations, hot and at rest."""
    count = 1000 if arguments.quick else 4000
    over_rows = []
    for size in (*SIZES, *([] if arguments.quick else [arguments.most])):
        with seeded(size) as site:
            over_rows.append(uvloop.run(growth.over_rows(site, size, count)))
            if size == SIZES[0]:
                over_hot = uvloop.run(growth.over_hot(site, count))
    columns = (("hot invitations", over_hot), ("invitations in the database", over_rows))
    draw_panels(
        [
            [
                _grown(f"presses a second, by {of}", rows, lambda row: row.rate)
                for of, rows in columns
            ],
            [
                _grown(f"CPU ms for each press, by {of}", rows, lambda row: sum(row.cpu.values()))
                for of, rows in columns
            ],
        ],
        PICTURES / "growth.png",
    )
    return texts.GROWTH.format(
        members=growth.MEMBERS,
        few=SIZES[0],
        over_hot=growth.grown("hot invitations", over_hot),
        over_rows=growth.grown("invitations in the database", over_rows),
    )


def _grown(title: str, rows: list[Row], figure: Callable[[Row], float]) -> Panel:
    return Panel(title, [row.name for row in rows], [Line("", [figure(row) for row in rows])])


def of_soak(arguments: argparse.Namespace) -> str:
    """Press for long at half of the most."""
    seconds = 60 if arguments.quick else 600
    with passing_servers("soak", forgetful=False) as servers:
        rate, found, left = uvloop.run(soak.soaked(servers, seconds))
    return texts.SOAK.format(
        rate=rate,
        at_once=soak.AT_ONCE,
        minutes=seconds / 60,
        warming=soak.WARMING_SHARE * seconds / 60,
        table=found,
        left=left,
    )


def of_chaos(arguments: argparse.Namespace) -> str:
    """Play chaos, and keep what it says."""
    words = [*(["--quick"] if arguments.quick else []), "--seed", str(arguments.seed)]
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-u", "-m", "tests.chaos", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as playing:
        assert playing.stdout is not None
        said = []
        for line in playing.stdout:
            print(line, end="", flush=True)
            said.append(line.rstrip())
    return texts.CHAOS.format(words=" ".join(words), said="\n".join(said).strip())


def _listed(sentences: Iterable[str]) -> str:
    return "\n".join(f"* {sentence}" for sentence in sentences)
