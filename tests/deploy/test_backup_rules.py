"""The rules of backups: when they are made, which are deleted, and what a gap in the archive is."""

import hashlib
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.backup.days import TOKYO, Keeper, next_night
from deploy.backup.logical import DUMP, ROLES, SUMS, finished_dumps, is_whole, prune
from deploy.backup.measures import Measures
from deploy.backup.physical import gaps
from deploy.backup.shell import Shell
from deploy.local.instance import PROJECT

NOW = datetime(2026, 11, 23, 2, tzinfo=TOKYO)


def dumped(folder: Path, days_ago: int, *, is_damaged: bool = False) -> Path:
    """Leave a finished dump of so many days ago."""
    made = folder / (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H%M%S%z")
    made.mkdir()
    for name in (DUMP, ROLES):
        (made / name).write_text(name)
    sums = [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in (DUMP, ROLES)]
    (made / SUMS).write_text("".join(sums))
    if is_damaged:
        (made / DUMP).write_text(DUMP[:-1])
    return made


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-11-22T16:59:59+00:00", "2026-11-23T02:00:00+09:00"),
        ("2026-11-22T17:00:00+00:00", "2026-11-24T02:00:00+09:00"),
        ("2026-12-31T23:00:00+00:00", "2027-01-02T02:00:00+09:00"),
    ],
)
def test_the_night_is_two_o_clock_in_japan(now: str, night: str) -> None:
    assert next_night(datetime.fromisoformat(now)) == datetime.fromisoformat(night)


def test_dumps_go_after_thirty_days(tmp_path: Path) -> None:
    kept = [dumped(tmp_path, days) for days in (30, 1, 0)]
    old = [dumped(tmp_path, days) for days in (90, 31)]
    assert prune(tmp_path, NOW) == old
    assert finished_dumps(tmp_path) == kept


def test_unrelated_folders_beside_the_dumps_are_not_listed_as_dumps(tmp_path: Path) -> None:
    made = dumped(tmp_path, 0)
    for name in ("lost+found", ".DS_Store", f"{made.name}.new", "2026-11-23"):
        (tmp_path / name).mkdir()
    assert finished_dumps(tmp_path) == [made]


def test_no_dump_goes_while_every_younger_one_is_damaged(tmp_path: Path) -> None:
    old = dumped(tmp_path, 40)
    dumped(tmp_path, 1, is_damaged=True)
    assert prune(tmp_path, NOW) == []
    dumped(tmp_path, 0)
    assert prune(tmp_path, NOW) == [old]


def test_a_dump_is_whole_only_with_all_its_files_as_they_were(tmp_path: Path) -> None:
    made = dumped(tmp_path, 0)
    assert is_whole(made)
    (made / ROLES).unlink()
    assert not is_whole(made)


@pytest.mark.parametrize(
    ("found", "wanted", "missing"),
    [
        (
            ["0000000100000000000000FE", "000000010000000100000000"],
            [],
            ["0000000100000000000000FF"],
        ),
        (["0000000100000000000000FF", "000000010000000100000000"], [], []),
        # Two timelines may both have a segment of the same number.
        (["000000010000000000000003", "000000020000000000000003"], [], []),
        (
            ["000000020000000000000003", "000000020000000000000005"],
            [],
            ["000000020000000000000004"],
        ),
        (
            ["000000010000000000000003"],
            ["000000010000000000000002", "000000010000000000000004"],
            ["000000010000000000000002", "000000010000000000000004"],
        ),
    ],
)
def test_a_gap_is_a_segment_that_is_not_there(
    found: list[str], wanted: list[str], missing: list[str]
) -> None:
    assert gaps(found, wanted) == missing


def test_prometheus_reads_what_the_service_and_a_command_by_hand_have_measured(
    tmp_path: Path,
) -> None:
    path = tmp_path / "measures.json"
    service = Measures(path, {"backups": tmp_path})
    service.set("backup_failing", 1, "logical")
    Measures(path).set("backup_failing", 0, "logical")
    service.set("restore_drill_recovery_seconds", 7.5)
    families = text_string_to_metric_families(service.exposition())
    values = {
        (one.name, *one.labels.values()): one.value for each in families for one in each.samples
    }
    assert values["backup_failing", "logical"] == 0
    assert values["restore_drill_recovery_seconds",] == 7.5
    assert 0 < values["host_disk_free_bytes", "backups"] < values["host_disk_size_bytes", "backups"]
    assert 0 < values["host_memory_available_bytes",] < values["host_memory_size_bytes",]
    assert values["host_cpu_seconds_total", "idle"] > 0
    assert 0 <= time.time() - values["process_start_time_seconds",] < 60


def test_a_night_is_found_whatever_zone_asks() -> None:
    assert next_night(NOW.astimezone(UTC)) == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "BACKUP_FOLDER is not set; the dumps go there.\n"),
        ({"BACKUP_FOLDER": "/nowhere"}, "BACKUP_FOLDER /nowhere is no folder that user"),
        ({"BACKUP_FOLDER": "."}, "HTTP_PORT is not set to a port; the metrics are answered there."),
    ],
)
def test_an_operators_mistake_is_one_sentence(settings: dict[str, str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.backup", "serve"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


# No JSON at all, no stanza, a stanza without backups, and one with none of them.
@pytest.mark.parametrize("answer", ["what?", "[]", "[{}]", '[{"backup": []}]'])
def test_a_wrong_answer_of_pgbackrest_is_a_failed_backup_and_no_crash(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], answer: str
) -> None:
    keeper = Keeper(Shell(prefix=("sh", "-c", f"echo '{answer}'")), tmp_path)
    assert not keeper.physical("full")
    keeper.log.output.stop()
    said = json.loads(capfd.readouterr().out)
    assert (said["event"], said["kind"]) == ("backup.failed", "physical")
    assert 'backup_failing{kind="physical"} 1' in keeper.measures.exposition()


FAILING = """
from pathlib import Path
from deploy.backup.days import Keeper
from deploy.backup.shell import Shell

keeper = Keeper(Shell(prefix=("false",)), Path("."))
assert not keeper.physical("full")
assert 'backup_failing{kind="physical"} 1' in keeper.measures.exposition()
"""


def test_a_full_log_device_does_not_stop_the_nightly_backup(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", FAILING],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
