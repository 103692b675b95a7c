"""`make mutants`: breaks the code in random places, and writes docs/mutants.md."""

import argparse
import difflib
import json
import re
import subprocess
from collections.abc import Iterable
from hashlib import sha256

from deploy.local.instance import PROJECT
from tests.mutants.mutations import Mutant, mutants, mutated
from tests.mutants.trials import RESULTS, ground, measure

PAGE = PROJECT / "docs" / "mutants.md"
PREFACE = """# Mutants

A mutant is our code with one small change: an operator, a constant, an argument. It survives
if no test fails. This sample of {drawn} was drawn with seed {seed} from the {all} mutants of
`shared/` and of the services' domain and handlers; {tried} of it are judged so far, at commit
{commit} or, where a file is the same, before it. For each mutant tests that reach its function ran,
first those of its module: 20 seconds of them at most, and 120 for a survivor. A mutant is killed if
a test fails or a generous time limit ends, and the same tests pass without it. Log lines,
annotations, decorators, defaults of parameters and assertions (they are for the type checker) are
not judged.

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
    parser.add_argument("--seconds", type=float, default=20, help="of tests for a mutant, at most")
    parser.add_argument("--again", action="store_true", help="try the survivors again")
    arguments = parser.parse_args()
    known = mutants(PROJECT)
    # A larger sample of the same seed contains the smaller one.
    drawn = sorted(known, key=lambda mutant: _place(arguments.seed, mutant))[: arguments.count]
    measure()
    tried = _tried()
    if arguments.again:
        tried = {name: True for name, killed in tried.items() if killed}
    left = [mutant for mutant in drawn if mutant.name not in tried]
    print(f"{len(drawn)} mutants, {len(left)} of them to try", flush=True)
    with ground("copy") as copy:
        copy.judge(left, arguments.seconds)
    tried = _tried()
    judged = [mutant for mutant in drawn if mutant.name in tried]
    survivors = [mutant for mutant in judged if not tried[mutant.name]]
    facts: dict[str, str | int] = {
        "seed": arguments.seed,
        "drawn": len(drawn),
        "all": len(known),
        "tried": len(judged),
        "commit": _commit(),
    }
    _write(survivors, facts)


def _place(seed: int, mutant: Mutant) -> bytes:
    """Return where a mutant stands in a random order that a change of other files leaves alone."""
    return sha256(f"{seed} {mutant.path} {mutant.number}".encode()).digest()


def _tried() -> dict[str, bool]:
    """Return the mutants tried so far, and whether each was killed; the last word counts."""
    if not RESULTS.exists():
        return {}
    return dict(json.loads(line) for line in RESULTS.read_text().splitlines())


def _write(survivors: Iterable[Mutant], facts: dict[str, str | int]) -> None:
    old = PAGE.read_text() if PAGE.exists() else ""
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
    PAGE.write_text(preface + "".join(sorted(rows)))


def _change(mutant: Mutant) -> tuple[str, str]:
    before = (PROJECT / mutant.path).read_text().splitlines()
    lines = list(difflib.ndiff(before, mutated(PROJECT, mutant).splitlines()))
    return _changed(lines, "- "), _changed(lines, "+ ")


def _changed(lines: Iterable[str], sign: str) -> str:
    found = " ".join(line[2:].strip() for line in lines if line.startswith(sign))
    return found.replace("|", "\\|")


def _commit() -> str:
    command = ["git", "rev-parse", "--short=10", "HEAD"]
    return subprocess.check_output(command, cwd=PROJECT, text=True).strip()  # noqa: S603 - our own words


if __name__ == "__main__":
    main()
