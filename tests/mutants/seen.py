"""A plugin of pytest: names each test to coverage, and keeps the seconds of those that pass."""

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

SECONDS: dict[str, float] = defaultdict(float)
FAILED: dict[str, None] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Name the test to coverage: what runs from here on is seen by it."""
    if measuring := coverage.Coverage.current():
        measuring.switch_context(item.nodeid)
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up a test's phases."""
    SECONDS[report.nodeid] += report.duration
    if not report.passed:
        FAILED[report.nodeid] = None


def pytest_sessionfinish() -> None:
    """Write the seconds of the tests that passed, and the names of the others."""
    passed = {test: seconds for test, seconds in SECONDS.items() if test not in FAILED}
    seen = {"passed": passed, "failed": list(FAILED)}
    Path(os.environ["SEEN_TESTS"]).write_text(json.dumps(seen))
