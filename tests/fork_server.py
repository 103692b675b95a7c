"""`python -m tests.fork_server SOCKET`: a process that has imported the services, and forks them.

Importing a service takes a second of CPU time, and forking it some milliseconds.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import warnings
from typing import Any

MODULES = (
    "operations.__main__",  # first: its tests ask that nothing it imports warns
    "services.gateway.__main__",
    "services.gateway.sync_commands",
    "services.invitations.__main__",
    "services.scheduler.__main__",
    "services.tickets.__main__",
)
MESSAGE_BYTES = 65_536


def serve(control: socket.socket) -> dict[str, Any] | None:
    """Fork a process for each request; return the request in the process that is forked for it.

    A request comes with four descriptors: the standard streams, and a pipe that takes the pid and
    then the exit code. Return None when the other side has ended.
    """
    ended, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    statuses: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([control, ended], [], [])
        if ended in ready:
            os.read(ended, MESSAGE_BYTES)
            report(statuses)
        if control in ready:
            text, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 4)
            if not text:
                return None
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.detach()
                for number, stream in enumerate(descriptors[:3]):
                    os.dup2(stream, number)
                os.closerange(3, os.sysconf("SC_OPEN_MAX"))
                request: dict[str, Any] = json.loads(text)
                return request
            *streams, statuses[pid] = descriptors
            for stream in streams:
                os.close(stream)
            os.write(statuses[pid], f"{pid}\n".encode())


def report(statuses: dict[int, int]) -> None:
    """Write the exit code of each process that has ended."""
    for pid in list(statuses):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            os.write(statuses[pid], f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os.close(statuses.pop(pid))


def run(request: dict[str, Any]) -> None:
    """Run a module as `python -m` does, imported again if it has to be."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    module, *arguments = request["words"]
    if request["imports"]:
        os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - our own words
    if request["is_strict"]:
        warnings.simplefilter("error")
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main() -> None:
    """Import the services, then fork them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.import_module(MODULES[0])
    for name in MODULES:
        importlib.import_module(name)
        del sys.modules[name]  # runpy warns of a main module that is there before it runs
    gc.freeze()  # a collection in a fork would copy every page
    if request := serve(socket.socket(fileno=int(sys.argv[1]))):
        run(request)


if __name__ == "__main__":
    main()
