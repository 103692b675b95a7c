"""`make mutants`: breaks the code in random places, and writes docs/mutants.md."""

import argparse
import difflib
import json
import random
import re
import subprocess
from collections.abc import Iterable
from multiprocessing import Process
from pathlib import Path

from deploy.local.instance import PROJECT
from tests.mutants.mutations import Mutant, mutants, mutated
from tests.mutants.trials import HOME, ground, measure, tests

PAGE = PROJECT / "docs" / "mutants.md"
WORKERS = 2
PREFACE = """# Mutants

A mutant is our code with one small change: an operator, a constant, an argument. It survives
if no test fails. This sample was drawn with seed {seed} from the {all} mutants of `shared/` and of
the services' domain and handlers, at commit {commit}. For each mutant the fastest tests that reach
its function ran, a minute of them at most. The text of log lines is not judged.

**{killed} of {tried} mutants were killed: {score:.0f} %.** `make mutants` writes this page and
keeps the reasons.

| survivor | before | after | reason |
|---|---|---|---|
"""
ROW = re.compile(r"\| `([^:]+):\d+` \| `` (.*) `` \| `` (.*) `` \| (.*) \|")


def main() -> None:
    """Try a sample of mutants, or those of it that were not tried yet, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="how many mutants")
    parser.add_argument("--seed", type=int, default=21, help="draws the sample")
    parser.add_argument("--only", nargs="+", default=[""], help="of files whose path begins so")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    arguments = parser.parse_args()
    known = [mutant for mutant in mutants(PROJECT) if mutant.path.startswith(tuple(arguments.only))]
    # A larger sample of the same seed contains the smaller one.
    drawn = random.Random(arguments.seed).sample(known, len(known))[: arguments.count]  # noqa: S311
    commit = _git("rev-parse", "--short=10", "HEAD")
    results = HOME / f"results-{commit}.jsonl"
    measure()
    tried = _tried(results)
    left = [mutant for mutant in drawn if mutant.name not in tried]
    print(f"{len(drawn)} mutants, {len(left)} of them not tried yet", flush=True)
    workers = [
        Process(target=_work, args=(number, left[number::WORKERS], results))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tried = _tried(results)
    judged = [mutant for mutant in drawn if mutant.name in tried]
    survivors = [mutant for mutant in judged if not tried[mutant.name]]
    facts = {"seed": arguments.seed, "all": len(known), "commit": commit, "tried": len(judged)}
    _write(arguments.page, survivors, facts)


def _work(number: int, left: Iterable[Mutant], results: Path) -> None:
    known_tests = tests()
    with ground(f"worker-{number}") as place:
        for mutant in left:
            chosen = known_tests.of(mutant)
            seconds = sum(known_tests.seconds[test] for test in chosen)
            killed = bool(chosen) and place.is_killed(mutant, chosen, seconds)
            with results.open("a") as file:
                file.write(json.dumps([mutant.name, killed]) + "\n")
            print(f"{'killed  ' if killed else 'SURVIVES'} {mutant.path}:{mutant.line}", flush=True)


def _tried(results: Path) -> dict[str, bool]:
    if not results.exists():
        return {}
    return dict(json.loads(line) for line in results.read_text().splitlines())


def _write(page: Path, survivors: Iterable[Mutant], facts: dict[str, str | int]) -> None:
    old = page.read_text() if page.exists() else ""
    reasons = {row.groups()[:3]: row[4] for row in map(ROW.fullmatch, old.splitlines()) if row}
    rows = []
    for mutant in survivors:
        before, after = _change(mutant)
        reason = reasons.get((mutant.path, before, after), "")
        rows.append(
            f"| `{mutant.path}:{mutant.line}` | `` {before} `` | `` {after} `` | {reason} |\n"
        )
    tried = int(facts["tried"])
    killed = tried - len(rows)
    preface = PREFACE.format(**facts, killed=killed, score=100 * killed / max(tried, 1))
    page.write_text(preface + "".join(sorted(rows)))


def _change(mutant: Mutant) -> tuple[str, str]:
    before = (PROJECT / mutant.path).read_text().splitlines()
    lines = list(difflib.ndiff(before, mutated(PROJECT, mutant).splitlines()))
    return _changed(lines, "- "), _changed(lines, "+ ")


def _changed(lines: Iterable[str], sign: str) -> str:
    found = " ".join(line[2:].strip() for line in lines if line.startswith(sign))
    return found.replace("|", "\\|")


def _git(*words: str) -> str:
    command = ["git", *words]
    return subprocess.check_output(command, cwd=PROJECT, text=True).strip()  # noqa: S603 - our own words


if __name__ == "__main__":
    main()
