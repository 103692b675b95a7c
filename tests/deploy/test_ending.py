"""However the local stack ends, no process is left."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from deploy.local.instance import PROJECT


@pytest.fixture
def stack() -> Iterator[subprocess.Popen[str]]:
    """Give a running `python -m deploy.local servers`, ended afterwards in any case."""
    command = [sys.executable, "-m", "deploy.local", "servers", "--throw-away"]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "└" in line:
                break
        else:
            pytest.fail("The servers did not start:\n" + "".join(lines))
        yield process
        process.kill()


def test_ctrl_c_ends_it_cleanly(stack: subprocess.Popen[str]) -> None:
    _end_cleanly(stack, signal.SIGINT)


def test_kill_9_takes_the_servers_along(stack: subprocess.Popen[str]) -> None:
    children = _children(stack)
    stack.kill()
    assert _running(children, patience_seconds=30) == []


def test_a_killed_server_is_started_again_and_sigterm_still_ends_all(
    stack: subprocess.Popen[str],
) -> None:
    redis = next(child for child in _children(stack) if child.name() == "redis-server")
    redis.kill()
    line = next(line for line in stack.stdout if "!" in line)
    assert "redis ended and was started again" in line
    assert "redis-server" in " ".join(
        word for child in _children(stack) for word in child.cmdline()
    )
    _end_cleanly(stack, signal.SIGTERM)


def _end_cleanly(stack: subprocess.Popen[str], wish: signal.Signals) -> None:
    children = _children(stack)
    stack.send_signal(wish)
    output, _ = stack.communicate(timeout=60)
    assert stack.returncode == 0
    assert "nothing is left running" in output
    assert _running(children, patience_seconds=1) == []


def _children(stack: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(stack.pid).children(recursive=True)


def _redis(stack: subprocess.Popen[str]) -> psutil.Process:
    return next(each for each in _children(stack) if "redis-server" in " ".join(each.cmdline()))


def _running(processes: list[psutil.Process], *, patience_seconds: float) -> list[psutil.Process]:
    """Return what still runs; a zombie does not, it only waits for its parent to look."""
    _, alive = psutil.wait_procs(processes, timeout=patience_seconds)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
