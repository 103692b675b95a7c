"""Secrets are generated once, and each container gets its own and nothing else."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.compose.kept import Kept
from deploy.compose.make_secrets import shares
from deploy.local.instance import PROJECT
from playground import demo
from shared.proofs import CommandKeys
from shared.sealing import Sealer

ENTRYPOINT = PROJECT / "deploy" / "compose" / "entrypoint.sh"


def make(folder: Path, **environment: str) -> dict[str, str]:
    """Run the job and give every file's text by its path."""
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "deploy.compose.make_secrets", str(folder)],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environment},
        check=True,
        capture_output=True,
    )
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_start_changes_only_the_folders_whose_settings_have_changed(tmp_path: Path) -> None:
    """`make up` restarts the container of each folder that is newer than it."""

    def times() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    first = make(tmp_path)
    before = times()
    assert make(tmp_path) == first
    assert times() == before
    make(tmp_path, ALERT_WEBHOOK_URL="https://a.example", COMPOSE_PROFILES="replica", CONSUMERS="a")
    changed = {name for name, moment in times().items() if moment != before[name]}
    watching = {"alertmanager", "prometheus"}
    assert changed == {"invitations", "operations", "rabbitmq", "kept", *watching}


def test_a_consumer_gets_a_queue_and_a_user_that_only_reads_it(tmp_path: Path) -> None:
    files = make(tmp_path, CONSUMERS="stats")
    made = json.loads(files["rabbitmq/definitions.json"])
    [permission] = [each for each in made["permissions"] if each["user"] == "consumers.stats"]
    assert (permission["configure"], permission["write"]) == ("^$", "^$")
    assert permission["read"] == r"^consumers\.stats$"
    assert "consumers.stats" in {user["name"] for user in made["users"]}
    assert files["kept/consumers.stats-rabbitmq"]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        make(tmp_path, CONSUMERS="Stats!")
    assert refused.value.stderr.count(b"\n") == 1


def test_prometheus_watches_the_gateways_of_every_shard(tmp_path: Path) -> None:
    made = json.loads(make(tmp_path, SHARD="0/3", GATEWAY_REPLICAS="2")["prometheus/services.json"])
    [gateways] = [each["targets"] for each in made if each["labels"]["service"] == "gateway"]
    names = ("gateway", "gateway-shard-1", "gateway-shard-2")
    assert gateways == [f"doukikai-{name}-{replica}:8000" for name in names for replica in (1, 2)]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        make(tmp_path, SHARD="three")
    assert refused.value.stderr.count(b"\n") == 1


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    kept = [make(folder) for folder in (one, other)]
    secrets = [{v for k, v in files.items() if k.startswith("kept/")} for files in kept]
    assert len(secrets[0]) == len(secrets[1]) == 19
    assert not secrets[0] & secrets[1]


def test_only_the_owner_can_read_the_generated_files(tmp_path: Path) -> None:
    make(tmp_path)
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kept").iterdir()}
    assert modes == {0o600}


def test_no_container_sees_the_password_of_another(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    of = {
        name: "".join(files.values()) for name, files in shares(kept, is_on_discord=False).items()
    }
    for secret, holders in {
        "postgres": {"postgres", "migrate", "backup", "operations"},
        "replication": {"replica", "migrate"},
        "invitations-database": {"pgbouncer", "migrate", "invitations", "operations"},
        "scheduler-rabbitmq": {"scheduler"},
        "sealing-key": {"gateway", "ring"},  # what the others have is derived from it
        "operations-rabbitmq": {"operations"},
        "operator-rabbitmq": set[str](),
        "redis": {"redis"},
        "invitations-redis": {"redis", "invitations"},
        "monitoring-redis": {"redis", "operations", "redis-exporter"},
        "monitoring-database": {"pgbouncer", "migrate", "postgres-exporter", "pgbouncer-exporter"},
        "pgbouncer-console": {"pgbouncer", "migrate"},
        "grafana-admin": {"grafana"},
    }.items():
        assert {name for name, text in of.items() if kept.secret(secret) in text} == holders


def test_alerts_go_to_the_operators_address_and_no_other_container_learns_it(
    tmp_path: Path,
) -> None:
    url = "https://discord.com/api/webhooks/1/canary"
    assert "discord" not in make(tmp_path)["alertmanager/alertmanager.yml"]
    made = make(
        tmp_path,
        ALERT_WEBHOOK_URL=url,
        RUNBOOK_URL="https://docs.example/runbook.md",
        WATCHDOG_URL="https://watchdog.example/1",
    )
    assert [name for name, text in made.items() if url in text] == ["alertmanager/alertmanager.yml"]
    route = yaml.safe_load(made["alertmanager/alertmanager.yml"])
    watchdog, receiver = route["receivers"]
    assert receiver["name"] == route["route"]["receiver"]
    assert receiver["discord_configs"][0]["webhook_url"] == url
    assert "https://docs.example/runbook.md" in receiver["discord_configs"][0]["message"]
    assert watchdog["webhook_configs"] == [{"url": "https://watchdog.example/1"}]
    [watched] = json.loads(made["prometheus/alertmanager.json"])
    assert watched["labels"] == {"receiver": "discord"}
    [watched] = json.loads(make(tmp_path)["prometheus/alertmanager.json"])
    assert watched["labels"] == {"receiver": "none"}


def test_the_generated_key_seals(tmp_path: Path) -> None:
    gateway = shares(Kept(tmp_path / "kept"), is_on_discord=True)["gateway"]
    sealer = Sealer.of(gateway["SEALING_KEYS"])
    sealed = sealer.seal("usr_1", column="profile", row="1")
    assert sealer.open(sealed, column="profile", row="1") == "usr_1"


def test_a_ring_that_the_operator_changed_reaches_the_gateways_and_is_kept(tmp_path: Path) -> None:
    first = make(tmp_path)["ring/sealing-keys"]
    (tmp_path / "ring" / "sealing-keys").unlink()
    (tmp_path / "ring" / "sealing-keys").write_text(f"{first},second:{'A' * 43}")
    after = make(tmp_path)
    assert after["gateway/SEALING_KEYS"] == f"{first},second:{'A' * 43}"
    shutil.rmtree(tmp_path / "ring")
    assert make(tmp_path)["ring/sealing-keys"] == after["kept/sealing-keys"]


def test_a_key_that_leaves_the_ring_is_kept_for_what_older_backups_hold(tmp_path: Path) -> None:
    first = make(tmp_path)["ring/sealing-keys"]
    second, third = f"second:{'A' * 43}", f"third:{'B' * 42}A"
    for ring in (f"{second},{first}", second, f"{third},{second}", third):
        (tmp_path / "ring" / "sealing-keys").unlink()
        (tmp_path / "ring" / "sealing-keys").write_text(ring)
        made = make(tmp_path)
    assert made["kept/sealing-keys"] == third
    assert set(made["kept/earlier-sealing-keys"].split()) == {first, second, third}


def test_a_token_given_later_takes_the_miniature_discord_away(tmp_path: Path) -> None:
    assert make(tmp_path)["gateway/DISCORD_TOKEN"] == demo.TOKEN
    after = make(tmp_path, IS_ON_DISCORD="yes")
    assert {name for name in after if name.startswith("gateway/")} == {
        "gateway/RABBITMQ_URL",
        "gateway/SEALING_KEYS",
    }
    assert not [name for name in after if name.startswith("sync-commands/")]


def test_the_replica_is_named_only_to_its_reader_and_only_if_one_runs(tmp_path: Path) -> None:
    name = "invitations/REPLICA_DATABASE_URL"
    made = make(tmp_path, COMPOSE_PROFILES="replica")
    assert {each for each, text in made.items() if "_replica" in text} == {
        name,
        "operations/REPLICA_DATABASE_URL",
    }
    assert name not in make(tmp_path, COMPOSE_PROFILES="others")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, "from file"), ({"SEALING_KEYS": ""}, "from file"), ({"SEALING_KEYS": "mine"}, "mine")],
)
def test_a_file_becomes_a_variable_unless_the_operator_has_set_it(
    tmp_path: Path, environment: dict[str, str], expected: str
) -> None:
    (tmp_path / "SEALING_KEYS").write_text("from file")
    script = ENTRYPOINT.read_text().replace("/run/doukikai", str(tmp_path))
    said = subprocess.run(  # noqa: S603 - our own words
        ["/bin/sh", "-c", script, "entrypoint", "printenv", "SEALING_KEYS"],
        env={"PATH": os.environ["PATH"], **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said == f"{expected}\n"


def test_each_service_gets_the_keys_of_its_own_commands_alone(tmp_path: Path) -> None:
    made = make(tmp_path)
    ring = made["gateway/SEALING_KEYS"]
    assert {name: text for name, text in made.items() if name.endswith("COMMAND_KEYS")} == {
        f"{name}/COMMAND_KEYS": str(CommandKeys.derived(ring, name))
        for name in ("invitations", "tickets", "scheduler")
    }
    own = f"own:{'A' * 43}"
    changed = make(tmp_path, SEALING_KEYS=own)
    assert changed["tickets/COMMAND_KEYS"] == str(CommandKeys.derived(own, "tickets"))
    with pytest.raises(subprocess.CalledProcessError) as refused:
        make(tmp_path, SEALING_KEYS="own:short")
    assert refused.value.stderr.startswith(b"SEALING_KEYS is wrong at key 1")
