"""One server process: launched, awaited until it answers, stopped, never left behind."""

import os
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mirakuru import SimpleExecutor
from mirakuru.exceptions import ProcessFinishedWithError, TimeoutExpired

from deploy.local.instance import PROJECT, Instance
from deploy.local.mistakes import OperatorMistake

_PATIENCE_SECONDS = 180  # RabbitMQ needs ten, and a minute beside other work


class Server(SimpleExecutor):
    """A mirakuru executor that can be launched first and awaited later, beside others."""

    def __init__(  # noqa: PLR0913 - each says one thing about the process
        self,
        instance: Instance,
        name: str,
        command: Sequence[str],
        *,
        ready: Callable[[], bool],
        stop_signal: signal.Signals = signal.SIGTERM,
        environment: Mapping[str, str] | None = None,
        is_ours: bool = False,
    ) -> None:
        self.name = name
        self.log = instance.logs / f"{name}.log"
        self.environment = environment or {}
        self._ready = ready
        # The kernel tells the server when we die, even by kill -9. This is bound to the thread that
        # launches: it must be the main one.
        survives_us_not = ["--pdeathsig", stop_signal.name.removeprefix("SIG")]
        super().__init__(
            [*instance.as_user(*survives_us_not, changes_user=not is_ours), *command],
            cwd=str(PROJECT if is_ours else instance.data),
            timeout=_PATIENCE_SECONDS,
            sleep=0.02,
            stop_signal=stop_signal,
            envvars={**({} if is_ours else {"HOME": str(instance.data)}), **(environment or {})},
            popen_kwargs={"pass_fds": (instance.lock,)},
        )

    def launch(self) -> None:
        """Start the process without waiting for it."""
        with self.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            self._stdin, self._stdout, self._stderr = nothing, log, log
            super().start()

    def launch_again(self) -> None:
        """Start the process again after it died, once nothing of it is left."""
        self.kill()
        self.launch()

    def await_ready(self) -> None:
        """Wait until the server answers; its last words are in the log when it does not."""
        try:
            self.wait_for(self._answers)
        except TimeoutExpired as error:
            raise self._mistake("does not answer") from error

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once, so that several servers stop side by side."""
        if self.running() and self.process is not None:
            os.kill(self.process.pid, self._stop_signal)

    def end(self) -> None:
        """Wait until the process and its children are gone, by force if they take too long."""
        try:
            self.stop()
        except ProcessFinishedWithError as error:
            print(f"  {self._last_words(f'ended with {error.exit_code}')}")

    def _answers(self) -> bool:
        if not self.running():
            raise self._mistake("ended at once")
        return self._ready()

    def _mistake(self, what: str) -> OperatorMistake:
        return OperatorMistake(self._last_words(what))

    def _last_words(self, what: str) -> str:
        lines = self.log.read_text(errors="replace").splitlines() or ["nothing"]
        return f"{self.name} {what}; its log {self.log} ends with: {lines[-1]}"


def accepts(port: int) -> bool:
    """Tell whether someone listens on a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def responds(request: str | urllib.request.Request) -> bool:
    """Tell whether a GET is answered by 200."""
    try:
        with urllib.request.urlopen(request, timeout=2) as response:  # noqa: S310 - loopback only
            return bool(response.status == 200)  # noqa: PLR2004 - HTTP's own number
    except (urllib.error.URLError, OSError):
        return False
