"""Presses that the broker has not confirmed, on the disk, where they outlive the process."""

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import structlog

from services.gateway.metrics import SPOOL_USABLE, SPOOLED
from shared.messages.envelope import Envelope
from shared.messages.registry import read
from shared.sealing import SealBroken, Sealer

COLUMN = "press"
WRITTEN, TORN, ASIDE = ".press", ".part", ".unreadable"
# Another replica may be writing it in the same folder, but never for so long.
TORN_SECONDS = 60.0
HANG_SECONDS = 2.0

ResultT = TypeVar("ResultT")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unsent:
    """A command that the broker has not confirmed, and until when it is tried."""

    envelope: Envelope
    expires_at: datetime


class Spool:
    """A folder with a sealed file for each press; replicas may share it."""

    def __init__(self, folder: Path | None, sealer: Sealer) -> None:
        self._folder = folder
        self._sealer = sealer
        # The loop's own threads look up names; a disk that hangs must not occupy them all.
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="spool")
        self._is_usable = True

    async def write(self, unsent: Unsent) -> bool:
        """Write a press; returns whether the disk has it. A failing disk fails no press."""
        is_written = await self._attempt(lambda folder: self._write(folder, unsent)) is not None
        SPOOLED.inc(is_written)
        return is_written

    async def delete(self, press_id: UUID) -> None:
        """Forget a press that was kept; the other replica may have done so."""
        SPOOLED.dec()
        await self._attempt(lambda folder: _path(folder, press_id).unlink(missing_ok=True))

    async def take_up(self) -> list[Unsent]:
        """Return what an earlier process left, in the order in which it was heard."""
        if self._folder is None:
            log.warning("spool.absent")
        left = await self._attempt(self._read_all) or []
        SPOOLED.inc(len(left))
        return sorted(left, key=lambda unsent: unsent.envelope.sent_at)

    async def probe(self) -> None:
        """Find out whether the disk takes presses; one that takes none may still be read."""
        if self._folder is None:
            self._note(is_usable=False)
        await self._attempt(lambda folder: _create(folder, "").unlink())

    async def _attempt(self, work: Callable[[Path], ResultT]) -> ResultT | None:
        if self._folder is None:
            return None
        loop = asyncio.get_running_loop()
        hang = loop.call_later(HANG_SECONDS, self._fail, "it hangs")
        try:
            result = await loop.run_in_executor(self._threads, work, self._folder)
        except OSError as error:
            self._fail(error.strerror)
            return None
        finally:
            hang.cancel()
        self._note(is_usable=True)
        return result

    def _fail(self, reason: str | None) -> None:
        if self._is_usable:
            log.error("spool.failed", reason=reason)
        self._note(is_usable=False)

    def _note(self, *, is_usable: bool) -> None:
        self._is_usable = is_usable
        SPOOL_USABLE.set(is_usable)

    def _write(self, folder: Path, unsent: Unsent) -> Path:
        """Write a file whole or not at all, and so that it outlives the machine's end, too."""
        envelope = unsent.envelope
        text = f"{unsent.expires_at.isoformat()} {envelope.to_json()}"
        path = _path(folder, envelope.id)
        torn = _create(folder, self._sealer.seal(text, column=COLUMN, row=path.stem))
        torn.replace(path)
        _sync(folder)
        return path

    def _read_all(self, folder: Path) -> list[Unsent]:
        for torn in folder.glob(f"*{TORN}"):
            with contextlib.suppress(OSError):
                if torn.stat().st_mtime < time.time() - TORN_SECONDS:
                    torn.unlink()
        return [found for path in folder.glob(f"*{WRITTEN}") if (found := self._read(path))]

    def _read(self, path: Path) -> Unsent | None:
        """Read a file; one that is none of ours is put aside, and one that is gone was sent."""
        try:
            text = self._sealer.open(path.read_text(), column=COLUMN, row=path.stem)
            expires_at, _, envelope = text.partition(" ")
            return Unsent(read(envelope), datetime.fromisoformat(expires_at))
        except FileNotFoundError:
            return None
        except (SealBroken, ValueError, IsADirectoryError) as error:
            log.error("press.unreadable", file=path.name, reason=type(error).__name__)
            with contextlib.suppress(OSError):
                path.rename(path.with_suffix(ASIDE))
            return None
        except OSError as error:  # of the machine and not of the file: the next start reads it
            log.error("press.unread", file=path.name, reason=error.strerror)
            return None


def _path(folder: Path, press_id: UUID) -> Path:
    return folder / f"{press_id}{WRITTEN}"


def _create(folder: Path, text: str) -> Path:
    """Write a new file that only the owner can read, and flush it to the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}{TORN}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    return path


def _sync(folder: Path) -> None:
    """Bring the folder itself to the disk, without which a new name may be lost."""
    entry = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
