"""A process dies at the place that its environment names, and at no other."""

import os
import signal
import subprocess
import sys


def test_a_process_dies_where_its_environment_says() -> None:
    script = "from shared.failpoints import failpoint; failpoint('here'); print('alive')"
    for place, code, says in (("here", -signal.SIGKILL, ""), ("there", 0, "alive\n")):
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", script],
            env=os.environ | {"FAIL_POINT": place},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert (done.returncode, done.stdout) == (code, says)
