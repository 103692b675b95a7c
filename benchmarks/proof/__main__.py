"""`make proof`: tests every claim of the project again, and writes docs/proof.md.

Each part replaces its own section of the page; the others stay as they were found.
"""

import argparse
import sys
from collections.abc import Callable

from benchmarks.performance.machine import described
from benchmarks.proof import sections
from benchmarks.proof.texts import HEAD
from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from shared.log import configure

PAGE = PROJECT / "docs" / "proof.md"
PARTS: dict[str, Callable[[argparse.Namespace], str]] = {
    "presses": sections.of_presses,
    "answers": sections.of_answers,
    "growth": sections.of_growth,
    "soak": sections.of_soak,
    "chaos": sections.of_chaos,
}


def main() -> None:
    """Measure the parts that are asked for, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them unless said")
    parser.add_argument("--quick", action="store_true", help="a quarter of the time")
    parser.add_argument("--seed", type=int, default=1, help="of the chaos")
    parser.add_argument(
        "--most", type=int, default=sections.MOST, help="invitations of growth's greatest database"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    configure("proof", "ERROR")
    try:
        for part in arguments.parts or PARTS:
            machine = described()
            print(part.capitalize(), flush=True)
            write(part, f"{machine}.\n{PARTS[part](arguments)}")
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    print(f"  wrote {PAGE}")


def write(part: str, text: str) -> None:
    """Put a section in the place of the one of before."""
    page = PAGE.read_text() if PAGE.exists() else HEAD
    _, *old = page.split("\n## ")
    found = {section.partition("\n")[0]: section.partition("\n")[2] for section in old}
    found[part.capitalize()] = f"\n{text.strip()}\n"
    written = [
        f"## {name}\n{found[name]}" for each in PARTS if (name := each.capitalize()) in found
    ]
    PAGE.write_text("\n".join([HEAD, *written]))


if __name__ == "__main__":
    main()
