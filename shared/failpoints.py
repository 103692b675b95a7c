"""Named places where a process dies on demand, so that a test can prove what a crash leaves."""

import os
import signal


def failpoint(name: str) -> None:
    """Die here, as by kill -9, if the environment's FAIL_POINT names this place."""
    if os.environ.get("FAIL_POINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
