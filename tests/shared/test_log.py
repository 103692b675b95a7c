"""Rule: each log entry is one line of JSON; a failure of standard output ends no process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """
import logging
import asyncpg
from datetime import UTC, datetime
from uuid import UUID
import structlog
from shared.log import configure

class Unreadable:
    def __repr__(self):
        raise RuntimeError

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
        ("log.info('a.b', x='1', y=Unreadable())", {"x": "1", "unreadable": "y"}),
        ("y = []; y.append(y); log.info('a.b', x='1', y=y)", {"x": "1", "unreadable": "y"}),
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
def test_a_failure_is_logged_with_its_place(logger: str) -> None:
    line = logged(f"""try:
        1 / 0
    except ArithmeticError:
        {logger}.exception("a.failed")""")
    assert line["event"] == "a.failed"
    assert str(line["exception"]).endswith("ZeroDivisionError: division by zero")


@pytest.mark.parametrize("logger", ["log", "logging.getLogger('lib')"])
@pytest.mark.parametrize("cause", ["", " from ValueError('a.cause')"])
@pytest.mark.parametrize("chain", ["", " from error"])
def test_a_row_that_postgresql_refuses_is_not_logged(logger: str, cause: str, chain: str) -> None:
    line = logged(f"""try:
        try:
            error = asyncpg.CheckViolationError('violates chk_a')
            error.detail = 'Failing row contains (1,\\n内緒の話)'
            raise error{cause}
        except asyncpg.PostgresError as error:
            raise ArithmeticError{chain}
    except ArithmeticError:
        {logger}.exception("a.failed")""")
    assert "violates chk_a" in str(line["exception"])
    assert "内緒" not in json.dumps(line, ensure_ascii=False)


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


# What a process does whose standard output fails; it reports the dropped lines on standard error.
WRITER = """
import json, logging, os, resource, sys, time
from prometheus_client import REGISTRY
import structlog
from shared.log import configure

def dropped():
    [family] = [f for f in REGISTRY.collect() if f.name == "log_lines_dropped"]
    totals = [s for s in family.samples if s.name.endswith("_total") and s.value]
    return {{s.labels["reason"]: int(s.value) for s in totals}}

def until(is_true):
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline, dropped()
        time.sleep(0.005)

configure("tickets", "INFO")
log = structlog.get_logger()
{statements}
print(json.dumps(dropped()), file=sys.stderr)
"""
LOG_FIFTY = """
for number in range(50):
    log.info("a.b", number=number)
    logging.getLogger("lib").warning("lib")
"""


def start(statements: str, stdout: Any, *command: str) -> subprocess.Popen[str]:
    script = WRITER.format(statements=statements)
    return subprocess.Popen(  # noqa: S603 - our own words
        [*(command or (sys.executable, "-c")), script],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def reported(process: subprocess.Popen[str]) -> dict[str, int]:
    """Wait for the clean end of a writer; return the lines it dropped, by reason."""
    with process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    dropped: dict[str, int] = json.loads(errors)
    return dropped


def test_a_full_device_drops_lines_and_ends_nothing() -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(LOG_FIFTY + "until(lambda: dropped() == {'ENOSPC': 100})", full)
    assert reported(process) == {"ENOSPC": 100}


def test_a_reader_that_went_away_drops_lines_and_ends_nothing() -> None:
    """The exit code is 0: Python's own flush at the end finds nothing to write."""
    reading, writing = os.pipe()
    os.close(reading)
    process = start(LOG_FIFTY + "until(lambda: dropped() == {'EPIPE': 100})", writing)
    os.close(writing)
    assert reported(process) == {"EPIPE": 100}


def test_lines_never_reach_a_file_that_took_the_number_of_a_closed_output(tmp_path: Path) -> None:
    other = tmp_path / "other"
    statements = f"""
file = os.open({str(other)!r}, os.O_RDWR | os.O_CREAT)
assert file == 1
{LOG_FIFTY}
until(lambda: dropped() == {{'EBADF': 100}})
"""
    process = start(statements, None, "sh", "-c", f'exec {sys.executable} -c "$0" >&-')
    assert reported(process) == {"EBADF": 100}
    assert other.read_bytes() == b""


def test_lines_flow_again_once_the_disk_has_room(tmp_path: Path) -> None:
    """A line torn by the full disk stands alone, and one line says how many are missing."""
    path = tmp_path / "log"
    statements = """
log.info("a.first")
until(lambda: os.path.getsize(1) > 0)
unlimited = resource.RLIM_INFINITY
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(1) + 10, unlimited))
log.info("a.lost")
until(lambda: dropped() == {"EFBIG": 1})
log.info("a.lost")
until(lambda: dropped() == {"EFBIG": 2})
resource.setrlimit(resource.RLIMIT_FSIZE, (unlimited, unlimited))
log.info("a.last")
"""
    with path.open("wb") as file:
        process = start(statements, file)
    assert reported(process) == {"EFBIG": 2}
    first, torn, dropped, last = path.read_text().splitlines()
    assert len(torn) == 10
    assert json.loads(first)["event"] == "a.first"
    assert json.loads(last)["event"] == "a.last"
    line = json.loads(dropped)
    assert (line["event"], line["count"], line["service"]) == ("log.lines_dropped", 2, "tickets")


MANY = """
for number in range(30_000):
    log.info("a.b", number=number)
"""


def test_a_stopped_reader_keeps_no_process_from_ending() -> None:
    reading, writing = os.pipe()
    process = start(MANY, writing)
    os.close(writing)
    assert reported(process)["queue_full"] > 10_000
    os.close(reading)


def test_after_a_stopped_reader_comes_back_every_line_is_there_or_counted() -> None:
    reading, writing = os.pipe()
    statements = (
        MANY
        + """
print(dropped()["queue_full"], file=sys.stderr, flush=True)
sys.stdin.readline()
until(logging.getLogger().handlers[0].queue.empty)
log.info("a.last")
"""
    )
    process = start(statements, writing)
    os.close(writing)
    assert process.stdin
    assert process.stderr
    dropped = int(process.stderr.readline())
    process.stdin.write("\n")
    process.stdin.flush()
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines = [json.loads(line) for line in pipe]
    assert reported(process) == {"queue_full": dropped}
    numbers = [line["number"] for line in lines if line["event"] == "a.b"]
    assert numbers == sorted(numbers)
    assert len(numbers) + dropped == 30_000
    counted = [line["count"] for line in lines if line["event"] == "log.lines_dropped"]
    assert sum(counted) == dropped
    assert lines[-1]["event"] == "a.last"


def test_a_pipe_that_another_process_made_non_blocking_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    statements = """
for number in range(4000):
    log.info("a.b", number=number)
print("written", file=sys.stderr, flush=True)
sys.stdin.readline()
"""
    process = start(statements, writing)
    os.close(writing)
    assert process.stdin
    assert process.stderr
    assert process.stderr.readline() == "written\n"
    process.stdin.write("\n")
    process.stdin.flush()
    with os.fdopen(reading, encoding="utf-8") as pipe:
        numbers = [json.loads(line)["number"] for line in pipe]
    assert reported(process) == {}
    assert numbers == list(range(4000))


def test_a_line_of_a_library_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        process = start("logging.getLogger('lib').warning('%d', 'one'); log.info('a.last')", file)
    assert reported(process) == {"unreadable": 1}
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert events == ["log.lines_dropped", "a.last"]
