"""For how long publishing has failed, and when its connection is given up."""

from types import SimpleNamespace

import pytest

from shared import failing
from shared.failing import FailedRun


class Clock:
    """A clock that a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(failing, "time", SimpleNamespace(monotonic=lambda: self.now))

    def fail_for(self, run: FailedRun, seconds: int) -> list[float]:
        """Fail once a second; return for how long the run had lasted at each renewal."""
        renewed: list[float] = []
        for _ in range(seconds):
            self.now += 1
            run.grow()
            if run.is_renewal_due():
                renewed.append(run.seconds)
        return renewed


def test_a_connection_that_does_not_help_is_renewed_ever_more_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renewed = Clock(monkeypatch).fail_for(FailedRun(), 2_000)
    pauses = [after - before for before, after in zip([0.0, *renewed], renewed, strict=False)]
    assert pauses == [20, 40, 80, 160, 320, 600, 600]


def test_a_run_ends_by_an_answer_or_by_silence_and_the_next_one_begins_from_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, run = Clock(monkeypatch), FailedRun()
    assert run.seconds == 0
    assert clock.fail_for(run, 31) == [20]
    assert run.seconds == 30
    run.end()
    assert (run.seconds, run.is_renewal_due()) == (0, False)
    assert clock.fail_for(run, 31) == [20]
    clock.now += 100
    assert run.seconds == 0, "nobody has tried for a while"
    assert clock.fail_for(run, 31) == [20]
