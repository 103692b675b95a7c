"""The folder of one local stack: who owns it, what lies in it, and its lock."""

import base64
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.mistakes import OperatorMistake
from deploy.local.programs import program

PROJECT = Path(__file__).resolve().parents[2]
LOCAL = PROJECT / ".local"
# PostgreSQL and PgBouncer refuse root; its packages always bring this user.
_UNPRIVILEGED_USER = "postgres"
_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Instance:
    """A folder with data, configuration, secrets and logs, locked while its stack runs."""

    folder: Path
    data: Path
    user: str | None  # to become; None when we are not root
    lock: int

    @property
    def logs(self) -> Path:
        """Return the folder of the logs."""
        return self.folder / "logs"

    def secret(self, name: str) -> str:
        """Return the secret of that name, made at its first use."""
        path = self.folder / "secrets" / name
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        return path.read_text()

    def write(self, name: str, text: str) -> Path:
        """Write a configuration file that only the servers' user may read."""
        path = self.data / "configuration" / name
        self.make_folder(path.parent)
        # Aside and renamed: Prometheus reads such files while they change.
        descriptor, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        self.give(Path(aside))
        return Path(aside).rename(path)

    def copy(self, source: str) -> Path:
        """Copy a file of deploy/ to where the servers' user can read it."""
        return self.write(source, (PROJECT / "deploy" / source).read_text())

    def make_folder(self, path: Path) -> Path:
        """Make a folder of the servers' user below the data folder."""
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700)
            self.give(folder)
        return path

    def give(self, path: Path) -> None:
        """Make the servers' user the owner of a path."""
        if self.user is not None:
            owner = pwd.getpwnam(self.user)
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def as_user(self, *options: str, changes_user: bool = True) -> list[str]:
        """Return the words before a command that let it run as the servers' user."""
        words = [program("setpriv", "util-linux"), *options]
        if self.user is not None and changes_user:
            words += ["--reuid", self.user, "--regid", self.user, "--init-groups"]
        return [*words, "--"]


@contextmanager
def kept_instance(name: str) -> Iterator[Instance]:
    """Lock `.local/<name>`, whose data outlives the process."""
    folder = LOCAL / name
    folder.mkdir(parents=True, exist_ok=True)
    lock = _lock(folder, refuses=True)
    try:
        yield _open(folder, lock)
    finally:
        os.close(lock)


@contextmanager
def passing_instance(name: str) -> Iterator[Instance]:
    """Lock a new folder below `.local/<name>`; its data and secrets go when the process ends."""
    runs = LOCAL / name
    runs.mkdir(parents=True, exist_ok=True)
    turn = _lock(runs)  # or a run starting beside us would sweep ours before it is locked
    _sweep(runs)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=runs))
    folder.chmod(0o755)
    lock = _lock(folder)
    os.close(turn)
    instance = _open(folder, lock)
    try:
        yield instance
    finally:
        shutil.rmtree(instance.data, ignore_errors=True)
        shutil.rmtree(folder / "secrets", ignore_errors=True)
        os.close(lock)


def free_ports(count: int) -> list[int]:
    """Return that many different loopback ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _open(folder: Path, lock: int) -> Instance:
    (folder / "secrets").mkdir(mode=0o700, exist_ok=True)
    (folder / "logs").mkdir(exist_ok=True)
    for log in (folder / "logs").glob("*.log"):
        log.unlink()
    user = _UNPRIVILEGED_USER if os.geteuid() == 0 else None
    instance = Instance(folder, folder / "data", user, lock)
    _make_data_folder(instance)
    return replace(instance, data=instance.data.resolve())


def _make_data_folder(instance: Instance) -> None:
    """Make the data folder, elsewhere when the servers' user cannot come to ours."""
    if instance.data.exists():
        return
    instance.data.unlink(missing_ok=True)  # a link to a folder that was deleted
    if instance.user is None or _can_reach(instance, instance.folder):
        instance.make_folder(instance.data)
        return
    # A checkout below /root (0700): the data lies beside, and the link shows where.
    elsewhere = Path(tempfile.mkdtemp(prefix="doukikai-", dir="/var/tmp"))
    instance.give(elsewhere)
    instance.data.symlink_to(elsewhere)


def _can_reach(instance: Instance, folder: Path) -> bool:
    command = [*instance.as_user(), "test", "-x", str(folder)]
    return subprocess.run(command, check=False, cwd="/").returncode == 0  # noqa: S603 - our own words


def _lock(folder: Path, *, refuses: bool = False) -> int:
    """Lock a folder; servers inherit the lock, so it lasts until the last of them has ended."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _try_lock(descriptor):
        holder = os.pread(descriptor, 20, 0).decode().strip()
        lives = refuses and holder and Path("/proc", holder).exists()
        if lives or time.monotonic() > deadline:
            os.close(descriptor)
            message = f"{folder} is in use by process {holder}; stop it first."
            raise OperatorMistake(message)
        time.sleep(0.1)  # its owner was killed and its servers are shutting down
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(runs: Path) -> None:
    """Remove what earlier runs left, unless they still run."""
    for folder in runs.glob("run-*"):
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _try_lock(descriptor):
            shutil.rmtree((folder / "data").resolve(), ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
