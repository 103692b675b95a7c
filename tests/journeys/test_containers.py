"""Docker's containers and images as an intruder finds them: COMPOSE=1 as well."""

import asyncio
import gzip
import json
import tarfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from tests.composed import IS_COMPOSED, NAME, Composition, docker
from tests.journeys.conftest import Whole

pytestmark = pytest.mark.skipif(
    not IS_COMPOSED, reason="It judges the composed system: make journeys, where Docker is."
)


async def test_no_container_runs_as_root_or_can_write_its_root(whole: Whole) -> None:
    containers = whole.servers.containers()
    assert {each["Config"]["Labels"]["com.docker.compose.service"] for each in containers} == {
        *(set(whole.servers.described()) - {"playground"})
    }
    for each in containers:
        assert each["HostConfig"]["ReadonlyRootfs"], each["Name"]
        assert each["HostConfig"]["CapDrop"] == ["ALL"], each["Name"]
        if each["State"]["Running"]:
            seen = docker("top", each["Id"], "-eo", "pid,uid,args").splitlines()[1:]
            assert seen, each["Name"]
            assert not [line for line in seen if line.split()[1] == "0"], each["Name"]


def secrets_of(composed: Composition) -> dict[str, str]:
    own = {name: composed.environment[name] for name in ("DISCORD_TOKEN", "SEALING_KEYS")}
    return {**composed.kept, **own}


async def test_no_secret_stands_in_logs_configuration_or_descriptions(whole: Whole) -> None:
    """Docker shows the operator's `.env` to its users, but nothing that was generated."""
    logs = await asyncio.to_thread(whole.servers.compose, "logs", "--no-color")
    shown = whole.servers.compose("config") + json.dumps(whole.servers.containers())
    assert "service.started" in logs, "it is blind"
    assert whole.servers.environment["DISCORD_API_URL"] in shown, "it is blind"
    for name, secret in secrets_of(whole.servers).items():
        assert secret not in logs, name
        assert secret not in shown or name not in whole.servers.kept, name


def files_of(saved: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of every layer of saved images, and what describes them."""
    with tarfile.open(saved) as outer:
        for member in outer:
            file = outer.extractfile(member)
            if file is None:
                continue
            content = file.read()
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            try:
                with tarfile.open(fileobj=BytesIO(content)) as layer:
                    for each in layer:
                        inner = layer.extractfile(each) if each.isfile() else None
                        yield each.name, inner.read() if inner else b""
            except tarfile.ReadError:
                yield member.name, content


def judge_images(saved: Path, wanted: Mapping[str, bytes]) -> None:
    """See that no file holds what is wanted, and none is one that the builder must not see."""
    found = set()
    for path, content in files_of(saved):
        assert not [name for name, secret in wanted.items() if secret in content], path
        assert not path.startswith(("app/.env", "app/.git", "app/.local", "app/tests")), path
        found.add(path)
    assert len(found) > 1000, "it is blind"
    assert {"entrypoint.sh", "app/schema/migrate.py", "manifest.json"} <= found, "it is blind"


async def test_no_secret_stands_in_an_image(whole: Whole, tmp_path: Path) -> None:
    """All images in one archive, where layers that they share stand once."""
    built = {n: s for n, s in whole.servers.described().items() if "build" in s}
    targets = {service["build"]["target"]: name for name, service in built.items()}
    wanted = {name: secret.encode() for name, secret in secrets_of(whole.servers).items()}
    images = [f"{NAME}-{name}" for name in targets.values()]
    saved = tmp_path / "images.tar"
    # Aside, or Discord's heartbeats stop for minutes and both gateways give their sessions up.
    await asyncio.to_thread(docker, "image", "save", f"--output={saved}", *images)
    await asyncio.to_thread(judge_images, saved, wanted)
    saved.unlink()
