"""A mistake of the operator gives one sentence and a non-zero exit before anything starts."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import instance, programs
from deploy.local.instance import PROJECT, kept_instance
from deploy.local.mistakes import OperatorMistake
from deploy.local.postgresql import refuse_other_version


def _demo(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", "demo"],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _demo(DEMO_PORT=str(port))
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} is taken; choose another: DEMO_PORT=8081 make demo\n"


def test_a_malformed_port_is_reported_in_one_sentence() -> None:
    ended = _demo(DEMO_PORT="http")
    assert ended.returncode == 1
    assert ended.stderr == (
        "DEMO_PORT is http, which is not a port; choose a number such as 8081.\n"
    )


def test_a_missing_program_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(programs, "_SERVER_FOLDERS", ())
    with pytest.raises(OperatorMistake, match=r"^epmd is missing: .* package erlang-base\.$"):
        programs.program("epmd", "erlang-base")


def test_an_installation_that_may_not_install_says_what_is_missing(tmp_path: Path) -> None:
    """A machine without apt-get, sudo and every server, made of links to the few tools needed."""
    script = (PROJECT / "deploy" / "local" / "install.sh").read_text()
    folder = tmp_path / "deploy" / "local"
    folder.mkdir(parents=True)
    bare = script.replace(":/usr/local/sbin:/usr/sbin:/sbin", "").replace(
        "/usr/lib/postgresql", "/nowhere"
    )
    (folder / "install.sh").write_text(bare)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "dirname", "python3"):
        (tools / tool).symlink_to(f"/usr/bin/{tool}")
    ended = subprocess.run(  # noqa: S603 - our own script
        ["/usr/bin/bash", str(folder / "install.sh"), "demo"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Missing: ")
    assert ended.stderr.count("\n") == 1
    for package in ("postgresql", "pgbouncer", "rabbitmq-server", "redis-server", "prometheus"):
        assert package in ended.stderr


def test_data_of_another_postgresql_is_refused_in_words(tmp_path: Path) -> None:
    """G12: the server itself ends at once, and only its log said why."""
    (tmp_path / "PG_VERSION").write_text("12\n")
    with pytest.raises(OperatorMistake, match=r"was made by PostgreSQL 12, and this machine has"):
        refuse_other_version(tmp_path)


@pytest.fixture
def closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a place for instances that only its owner may enter, as a checkout below /root has."""
    monkeypatch.setattr(instance, "LOCAL", tmp_path)
    tmp_path.chmod(0o700)
    yield tmp_path
    shutil.rmtree((tmp_path / "demo" / "data").resolve())


def test_a_second_demo_on_the_same_folder_is_refused(closed_folder: Path) -> None:
    with (
        kept_instance("demo"),
        pytest.raises(OperatorMistake, match=f"^{closed_folder}/demo is in use by process"),
        kept_instance("demo"),
    ):
        pytest.fail("two processes would share a data folder")


def test_data_lies_where_the_servers_user_can_come_and_is_found_again(closed_folder: Path) -> None:
    with kept_instance("demo") as first:
        assert (closed_folder / "demo" / "data").resolve() == first.data
        reaches = subprocess.run([*first.as_user(), "test", "-w", str(first.data)], check=False)  # noqa: S603 - our own words
        assert reaches.returncode == 0
    with kept_instance("demo") as second:
        assert second.data == first.data
