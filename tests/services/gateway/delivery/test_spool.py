"""Rule: a spool file is read whole or put aside, and a bad one fails no other press."""

import asyncio
import errno
import os
import random
import shutil
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from services.gateway.delivery import spool as spool_module
from services.gateway.delivery.spool import Spool, Unsent
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.sealing import Sealer
from tests import builders
from tests.stage import SEALING_KEYS

SEALER = Sealer.of(SEALING_KEYS)


def pressed() -> Unsent:
    command = JoinInvitation(actor=builders.MEMBER, invitation_id="1", reply_to=builders.reply_to())
    return Unsent(Envelope.first(command), datetime.now(UTC) + timedelta(minutes=5))


def measured(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_press_is_kept_for_the_gateway_alone(tmp_path: Path) -> None:
    folder, unsent = tmp_path / "own" / "spool", pressed()
    spool = Spool(folder, SEALER)
    assert await spool.write(unsent)
    [file] = folder.iterdir()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, file)] == [0o700, 0o600]
    assert unsent.envelope.name not in file.read_text()
    assert await Spool(folder, SEALER).take_up() == [unsent]
    assert await Spool(folder, Sealer.of("k1:" + "B" * 42 + "A")).take_up() == []
    await spool.probe()
    assert measured("press_spool_usable") == 1.0


async def test_presses_come_back_in_the_order_in_which_they_were_heard(tmp_path: Path) -> None:
    spool, heard = Spool(tmp_path, SEALER), [pressed() for _ in range(20)]
    for unsent in random.sample(heard, len(heard)):
        await spool.write(unsent)
    assert await spool.take_up() == heard


async def test_replicas_share_a_folder(tmp_path: Path) -> None:
    one, other, unsent = Spool(tmp_path, SEALER), Spool(tmp_path, SEALER), pressed()
    assert await one.write(unsent)
    assert await other.write(unsent)
    assert len(names(tmp_path)) == 1
    await one.delete(unsent.envelope.id)
    await other.delete(unsent.envelope.id)
    assert names(tmp_path) == []


async def test_an_unreadable_spool_file_is_put_aside(tmp_path: Path) -> None:
    spool, good = Spool(tmp_path, SEALER), pressed()
    await spool.write(good)
    file = tmp_path / names(tmp_path)[0]
    whole, bad = file.read_bytes(), [tmp_path / f"{uuid4()}.press" for _ in range(6)]
    bad[0].write_bytes(whole[:-20])  # torn
    bad[1].write_bytes(whole)  # moved under another press's name
    bad[2].write_bytes(b"v2" + whole[2:])
    bad[3].write_bytes(b"\xff\xfe")
    bad[4].mkdir()
    bad[5].write_text(SEALER.seal("soon {}", column="press", row=bad[5].stem))
    assert await spool.take_up() == [good]
    assert names(tmp_path) == sorted([file.name, *(f"{each.stem}.unreadable" for each in bad)])


async def test_a_write_that_was_killed_leaves_nothing_for_long(tmp_path: Path) -> None:
    old, young = tmp_path / "old.part", tmp_path / "young.part"
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    assert await Spool(tmp_path, SEALER).take_up() == []
    assert names(tmp_path) == [young.name], "another replica may be writing it"


async def test_a_disk_that_takes_nothing_fails_no_press(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "spool"
    spool, before = Spool(folder, SEALER), measured("presses_spooled")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(spool_module.os, "fsync", full)
        assert not await spool.write(pressed())
        assert measured("press_spool_usable") == 0.0
        assert names(folder) == [], "nothing is left half written"
    shutil.rmtree(folder)
    assert await spool.write(pressed()), "a folder that was deleted is made again"
    shutil.rmtree(folder)
    folder.write_text("no folder")
    assert not await spool.write(pressed())
    assert await spool.take_up() == []
    assert measured("presses_spooled") == before + 1


async def test_without_a_folder_nothing_is_kept() -> None:
    spool = Spool(None, SEALER)
    assert not await spool.write(pressed())
    assert await spool.take_up() == []
    await spool.probe()
    assert measured("press_spool_usable") == 0.0


async def test_a_full_disk_still_returns_its_spool_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsent, opened = pressed(), os.open
    assert await Spool(tmp_path, SEALER).write(unsent)

    def refuse_new(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, mode)

    monkeypatch.setattr(spool_module.os, "open", refuse_new)
    spool = Spool(tmp_path, SEALER)
    assert await spool.take_up() == [unsent]
    await spool.probe()
    assert measured("press_spool_usable") == 0.0


async def test_a_machine_short_of_files_puts_no_press_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, unsent = Spool(tmp_path, SEALER), pressed()
    assert await spool.write(unsent)

    def have_none_left(_path: Path) -> str:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", have_none_left)
        assert await spool.take_up() == []
    assert await Spool(tmp_path, SEALER).take_up() == [unsent]


async def test_a_disk_that_hangs_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path, SEALER)
    assert await spool.take_up() == []
    assert measured("press_spool_usable") == 1.0
    released = threading.Event()
    monkeypatch.setattr(spool_module, "HANG_SECONDS", 0.05)
    monkeypatch.setattr(spool_module.os, "fsync", lambda _file: released.wait(30))
    writing = asyncio.create_task(spool.write(pressed()))
    async with asyncio.timeout(20):
        while measured("press_spool_usable"):  # noqa: ASYNC110 - a gauge is no signal
            await asyncio.sleep(0.01)
    released.set()
    assert await writing
    assert measured("press_spool_usable") == 1.0
