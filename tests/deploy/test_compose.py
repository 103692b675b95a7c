"""docker-compose.yml keeps its promises, as far as they can be judged without running it."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy.compose.kept import Kept
from deploy.compose.make_secrets import shares
from deploy.compose.watchers import targets
from deploy.local.instance import PROJECT
from deploy.local.postgresql import SESSION_BYTES
from services.gateway.settings import DiscordSettings
from services.gateway.settings import Settings as GatewaySettings
from services.invitations.settings import Settings as InvitationsSettings
from services.scheduler.settings import Settings as SchedulerSettings
from services.tickets.settings import Settings as TicketsSettings
from tests.composed import has_compose

Composed: TypeAlias = dict[str, dict[str, Any]]

FILES = [PROJECT / "docker-compose.yml", *sorted((PROJECT / "deploy" / "compose").glob("*.yml"))]
TEXT = "\n".join(path.read_text() for path in FILES)
SECRET_NAME = re.compile(
    r"^\s*(\w*(?:PASSWORD|TOKEN|KEYS|SECRET|COOKIE)\w*):\s*(.+)$", re.MULTILINE
)
PROMETHEUS = PROJECT / "deploy" / "prometheus"
DONE = "service_completed_successfully"
SETTINGS: dict[str, type[BaseSettings]] = {
    "gateway": GatewaySettings,
    "invitations": InvitationsSettings,
    "scheduler": SchedulerSettings,
    "tickets": TicketsSettings,
    "sync-commands": DiscordSettings,
}


def compose(**environment: str) -> Composed:
    """Let Docker read the file as it would at `up`, with nothing but these variables set."""
    done = subprocess.run(  # noqa: S603 - our own words
        ["docker", "compose", "--env-file", os.devnull, "config", "--format", "json"],  # noqa: S607 - wherever it is
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment}
        | {name: os.environ[name] for name in ("DOCKER_CONFIG",) if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    services: Composed = json.loads(done.stdout)["services"]
    return services


@pytest.fixture(scope="module")
def composed() -> Composed:
    if not has_compose():
        pytest.skip("Docker Compose is absent, and nothing else reads a compose file as it does.")
    return compose()


def jobs(composed: Composed) -> set[str]:
    """Name what runs once: others wait until it has succeeded."""
    return {
        name
        for service in composed.values()
        for name, wait in service.get("depends_on", {}).items()
        if wait["condition"] == DONE
    }


def test_every_published_port_is_on_the_loopback_address() -> None:
    lists = re.findall(r"^\s*ports:(.*)$", TEXT, re.MULTILINE)
    assert len(lists) == 4, "the page, Prometheus, RabbitMQ's management, Grafana"
    for written in lists:
        assert re.fullmatch(r' \["127\.0\.0\.1:\$\{\w+:-\d+\}:\d+"\]', written), written


def test_no_web_page_and_no_other_container_reaches_alertmanager() -> None:
    """L3: it asks for no password and answers every origin; a silence over all alerts was made."""
    services = yaml.safe_load(FILES[0].read_text())["services"]
    assert "ports" not in services["alertmanager"]
    [network] = services["alertmanager"]["networks"]
    inside = {name for name, each in services.items() if network in each.get("networks", [])}
    assert inside == {"alertmanager", "prometheus"}


@pytest.mark.parametrize(
    ("server", "clients"),
    [
        # The pooler and the backups use its socket, which lies in a volume.
        ("postgres", {"replica", "migrate", "doukikai", "postgres-exporter"}),
        (
            "pgbouncer",
            {"invitations", "tickets", "scheduler", "migrate", "demo-guild", "doukikai"}
            | {"pgbouncer-exporter"},
        ),
        ("redis", {"invitations", "doukikai", "redis-exporter"}),
    ],
)
def test_only_its_clients_share_a_network_with_a_database(server: str, clients: set[str]) -> None:
    """L9: without any password, 200 unfinished logins left PostgreSQL no slot."""
    written = [yaml.safe_load(path.read_text())["services"] for path in FILES]
    networks = {
        name: set(each.get("networks", ["default"]))
        for services in written
        for name, each in services.items()
        if each.get("profiles") != ["playground"]  # the same, asleep
    }
    beside = {name for name, joined in networks.items() if joined & networks[server]}
    assert beside - {server} == clients


def test_one_session_of_postgresql_has_less_memory_than_its_container() -> None:
    """The same number is tried in tests/schema/test_role_attacks.py."""
    services = yaml.safe_load(FILES[0].read_text())["services"]
    for name in ("postgres", "replica"):
        assert services[name]["ulimits"]["data"] == SESSION_BYTES


def test_prometheus_names_no_origin_as_in_the_demo() -> None:
    """What the demo's Prometheus answers a web page is tested in test_servers."""
    command = yaml.safe_load(FILES[0].read_text())["services"]["prometheus"]["command"]
    assert "--web.cors.origin=none" in command


def test_no_secret_is_written_down() -> None:
    found = SECRET_NAME.findall(TEXT)
    assert {"DISCORD_TOKEN", "SEALING_KEYS", "POSTGRES_PASSWORD_FILE"} <= {
        name for name, _ in found
    }
    for name, value in found:
        assert value == f"${{{name}:-}}" or value.startswith("/run/"), name
    assert not re.search(r"\w+://\w+:[^@\s]+@", TEXT), "an address with a password in it"


def test_every_share_of_the_secrets_has_its_container_and_each_sees_only_its_own(
    tmp_path: Path,
) -> None:
    mounted = re.findall(r"source: secrets, .*subpath: ([\w-]+)", TEXT)
    made = shares(Kept(tmp_path / "kept"), is_on_discord=False)
    assert set(mounted) == set(made)
    assert TEXT.count('"secrets:/secrets"') == 1, "only the job that makes them sees all"


def test_the_broker_finds_its_definitions_where_its_configuration_says() -> None:
    written = (PROJECT / "deploy" / "rabbitmq" / "rabbitmq.conf").read_text()
    path = re.search(r"^load_definitions = (\S+)$", written, re.MULTILINE)
    assert path is not None
    assert f"target: {path[1]}, read_only: true" in TEXT
    advanced = "rabbitmq/advanced.config"  # read because of its name, no setting says where it is
    assert f"./deploy/{advanced}:/etc/{advanced}:ro" in TEXT


def test_the_pooler_finds_postgresql_by_its_socket_and_keeps_statements_prepared() -> None:
    written = (PROJECT / "deploy" / "pgbouncer" / "compose.ini").read_text()
    assert "%include /etc/pgbouncer/pgbouncer.ini" in written
    assert re.search(r"^max_prepared_statements = [1-9]", written, re.MULTILINE)
    socket = re.search(r"host=(/\S+)", written)
    assert socket is not None
    assert TEXT.count(f"postgres-socket:{socket[1]}") == 2, "PostgreSQL and the backups"
    assert TEXT.count(f"source: postgres-socket, target: {socket[1]},") == 1


def test_a_migration_reaches_the_console_of_the_pooler(tmp_path: Path) -> None:
    written = (PROJECT / "deploy" / "pgbouncer" / "compose.ini").read_text()
    made = shares(Kept(tmp_path / "kept"), is_on_discord=False)
    console = urlsplit(made["migrate"]["PGBOUNCER_ADMIN_URL"])
    assert f"admin_users = {console.username}\n" in written
    assert f'"{console.username}" "{console.password}"\n' in made["pgbouncer"]["userlist.txt"]
    assert (console.hostname, console.port, console.path) == ("pgbouncer", 6432, "/pgbouncer")
    [job] = re.findall(r"^  migrate:\n(?:    .*\n)+", TEXT, re.MULTILINE)
    assert "pgbouncer: { condition: service_healthy }" in job


def test_everything_that_keeps_running_says_whether_it_is_well(composed: Composed) -> None:
    for name, service in composed.items():
        check = service.get("healthcheck", {})
        assert (name in jobs(composed)) != bool(check.get("test")), name


def test_servers_start_again_and_jobs_do_not(composed: Composed) -> None:
    assert jobs(composed) == {"secrets", "migrate", "sync-commands", "demo-guild"}
    for name, service in composed.items():
        assert service["restart"] == ("no" if name in jobs(composed) else "unless-stopped"), name


def test_every_container_is_closed_and_bounded(composed: Composed) -> None:
    for name, service in composed.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["deploy"]["resources"]["limits"].keys() == {"memory", "pids"}, name
        assert service.get("user") != "root", name


def test_the_builder_gets_every_file_that_an_image_copies() -> None:
    let_in = re.findall(r"^!(.+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE)
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text()
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for source in line.split()
    ]
    assert len(copied) > 10
    assert [each for each in copied if not each.startswith(tuple(let_in))] == []
    assert [each for each in copied if not [*PROJECT.glob(each.rstrip("/"))]] == []


def test_our_images_run_as_an_unprivileged_user() -> None:
    text = (PROJECT / "deploy" / "Dockerfile").read_text()
    for target in set(re.findall(r"target: ([\w-]+) }", TEXT)):
        stage = text.split(f" AS {target}\n")[1].split("\nFROM ")[0]
        assert re.search("\nUSER (doukikai|postgres)\n", stage), target


def test_every_service_and_server_has_time_to_drain(composed: Composed) -> None:
    for name in ("gateway", "invitations", "tickets", "scheduler", "rabbitmq", "postgres"):
        assert composed[name]["stop_grace_period"] in {"30s", "1m0s"}, name


@pytest.mark.usefixtures("composed")
def test_the_nodes_of_the_cluster_differ_in_name_and_data_only() -> None:
    nodes = compose(COMPOSE_PROFILES="cluster")
    names = [name for name in nodes if name.startswith("rabbitmq")]
    conf = (PROJECT / "deploy" / "rabbitmq" / "peers.conf").read_text()
    assert (
        re.findall(r"= rabbit@(\S+)$", conf, re.MULTILINE)
        == names
        == [
            "rabbitmq",
            "rabbitmq-2",
            "rabbitmq-3",
        ]
    )
    for name in names:
        assert nodes[name].pop("hostname") == name
        nodes[name].pop("ports", None)
        nodes[name].pop("profiles", None)
        nodes[name].pop("configs", None)
        nodes[name].pop("depends_on")
        assert nodes[name] == nodes["rabbitmq"], name


@pytest.mark.usefixtures("composed")
def test_prometheus_watches_every_replica_of_every_part_that_runs() -> None:
    chosen = {"COMPOSE_PROFILES": "monitoring,cluster", "GATEWAY_REPLICAS": "2"}
    running = compose(**chosen)
    files = targets({"monitoring", "cluster"}, chosen)
    watched = [
        one for text in files.values() for group in json.loads(text) for one in group["targets"]
    ]
    hosts = sorted(one.partition(":")[0] for one in watched)
    assert hosts == sorted(
        [
            f"doukikai-{name}-{number}"
            for name in SETTINGS.keys() - {"sync-commands"}
            for number in range(1, running[name]["deploy"]["replicas"] + 1)
        ]
        + [name for name in running if name.startswith("rabbitmq") or name.endswith("-exporter")]
        + ["alertmanager", "backup", "127.0.0.1"]
    )
    asked = re.findall(r"targets/([\w-]+\.json)", (PROMETHEUS / "prometheus.yml").read_text())
    assert set(asked) == set(files)


@pytest.mark.usefixtures("composed")
def test_each_profile_adds_parts_to_one_process_of_each_service() -> None:
    small = compose()
    assert {small[name]["deploy"]["replicas"] for name in ("gateway", "scheduler")} == {1}
    watchers = {"prometheus", "alertmanager", "grafana"}
    assert not {*small} & {*watchers, "replica", "rabbitmq-2", "postgres-exporter"}
    assert watchers < {*compose(COMPOSE_PROFILES="monitoring")} - {*small}
    assert {*compose(COMPOSE_PROFILES="replica")} - {*small} == {"replica"}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_service_gets_every_setting_it_knows_and_no_other(
    name: str, composed: Composed, tmp_path: Path
) -> None:
    files = shares(Kept(tmp_path / "kept"), is_on_discord=True)[name]
    names = set(composed[name]["environment"]) | set(files)
    assert names == {field.upper() for field in SETTINGS[name].model_fields}


@pytest.mark.usefixtures("composed")
def test_with_a_token_the_miniature_discord_stays_asleep() -> None:
    real = compose(DISCORD_TOKEN="anything")
    assert {"playground", "demo-guild"}.isdisjoint(real)
    assert real["secrets"]["environment"]["IS_ON_DISCORD"] == "yes"
    assert real["gateway"]["environment"]["DISCORD_TOKEN"] == "anything"
