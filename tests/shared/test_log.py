"""Rule: whatever is logged, and by whom, is one line of JSON, and logging it ends nothing."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import logging
from datetime import UTC, datetime
from uuid import UUID
import structlog
from shared.log import configure
configure("tickets", "INFO")
log = structlog.get_logger()
with structlog.contextvars.bound_contextvars(message="tickets.ClaimTicket"):
    {statement}
"""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("log.info('a.b', x=1, name='たろう')", {"event": "a.b", "x": 1, "name": "たろう"}),
        ("log.info('a.b', x=UUID(int=1))", {"x": "00000000-0000-0000-0000-000000000001"}),
        ("log.info('a.b', x=datetime(2026, 1, 2, tzinfo=UTC))", {"x": "2026-01-02T00:00:00Z"}),
        ("log.info('a.b', x=...)", {"x": "Ellipsis"}),
        (r"log.info('a.b', x='\ud800', y=...)", {"x": "\ud800", "y": "Ellipsis"}),
        ("log.debug('a.a'); log.info('a.b')", {"event": "a.b"}),
        ("logging.getLogger('lib').warning('%s!', 1)", {"event": "1!", "logger": "lib"}),
    ],
)
def test_a_line_says_it_all(statement: str, said: dict[str, object]) -> None:
    line = logged(statement)
    bound = {"service": "tickets", "message": "tickets.ClaimTicket"}
    assert bound.items() | said.items() <= line.items()
    assert {"level", "timestamp"} <= set(line)


@pytest.mark.parametrize("logger", ["log", "logging.getLogger('lib')"])
def test_a_failure_is_told_with_where_it_came_from(logger: str) -> None:
    line = logged(f"""try:
        1 / 0
    except ArithmeticError:
        {logger}.exception("a.failed")""")
    assert line["event"] == "a.failed"
    assert str(line["exception"]).endswith("ZeroDivisionError: division by zero")


def logged(statement: str) -> dict[str, object]:
    """Run a statement in a process of its own, and read the one line it logs."""
    script = SCRIPT.format(statement=statement)
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", script], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stderr == ""
    [line] = done.stdout.splitlines()
    found: dict[str, object] = json.loads(line)
    return found
