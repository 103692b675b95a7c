"""deploy/kubernetes/ agrees with itself, with the services and with docker-compose.yml.

With KUBERNETES_SCHEMAS=<folder> each manifest is judged by the schemas there: kubernetes.json, a
release's `_definitions.json`, and the operators' custom resource definitions as *.yaml.
"""

import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest

from deploy.compose.kept import Kept
from deploy.compose.make_secrets import shares
from deploy.local.instance import PROJECT
from operations.settings import Settings as Operations
from tests.deploy.manifests import (
    FOLDER,
    INSTALLATIONS,
    built,
    custom_schemas,
    documents,
    generated,
    kustomize,
    named,
    resources,
)
from tests.deploy.test_compose import SETTINGS, TEXT

BASE, PRODUCTION = INSTALLATIONS
WRITTEN = list(resources(PRODUCTION))
README = (FOLDER / "README.md").read_text()
BY_HAND = {"discord", "postgres-superuser"}  # made by the commands of README.md
KINDS = ("Deployment", "Job", "CronJob")
WORKLOADS = {name: each for kind in KINDS for name, each in named(WRITTEN, kind).items()}
needs_kustomize = pytest.mark.skipif(
    kustomize() is None, reason="Neither kustomize nor kubectl is here to build the manifests."
)


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    job = workload["spec"].get("jobTemplate", workload)
    found: dict[str, Any] = job["spec"]["template"]["spec"]
    return found


def main(workload: dict[str, Any]) -> dict[str, Any]:
    [container] = pod(workload)["containers"]
    assert container["name"] == "main", "the patches are laid over it by its name"
    return dict(container)


def settings_of(name: str) -> dict[str, str]:
    """Give what the service's process reads that is no secret."""
    maps = generated(PRODUCTION)
    container = main(WORKLOADS[name])
    variables = {each["name"]: each.get("value", "") for each in container.get("env", [])}
    for each in container.get("envFrom", []):
        variables |= maps[each["configMapRef"]["name"]]
    return variables


def test_every_file_is_part_of_an_installation_and_there() -> None:
    for folder in INSTALLATIONS:
        [kustomization] = documents(folder / "kustomization.yaml")
        patches = {patch["path"] for patch in kustomization["patches"]}
        named_files = {*kustomization["resources"], *patches, "kustomization.yaml"} - {"../base"}
        assert named_files == {path.name for path in folder.iterdir()}


def test_nothing_is_written_twice() -> None:
    keys = [(each["apiVersion"], each["kind"], each["metadata"]["name"]) for each in WRITTEN]
    assert len(set(keys)) == len(keys) > 30


@pytest.mark.parametrize("name", SETTINGS)
def test_a_service_gets_every_setting_it_needs_and_none_that_it_does_not_know(
    name: str, tmp_path: Path
) -> None:
    fields = SETTINGS[name].model_fields
    names = {*settings_of(name), *shares(Kept(tmp_path / "kept"), is_on_discord=True)[name]}
    required = {field.upper() for field, known in fields.items() if known.is_required()}
    assert required <= names <= {field.upper() for field in fields}


def test_the_operators_command_gets_what_it_knows_and_runs_only_when_asked(tmp_path: Path) -> None:
    job = WORKLOADS["doukikai"]
    assert job["spec"]["suspend"]
    assert main(job)["command"] == ["/entrypoint.sh", "python", "-m", "operations"]
    names = {
        *settings_of("doukikai"),
        *shares(Kept(tmp_path / "kept"), is_on_discord=True)["operations"],
    }
    assert names <= {field.upper() for field in Operations.model_fields}
    offered = named(WRITTEN, "Service")
    for part in settings_of("doukikai")["SERVICE_URLS"].split(","):
        name, _, url = part.partition("=")
        service = offered[urlsplit(url).hostname or ""]["spec"]
        assert service["clusterIP"] == "None", "doctor asks each process"
        assert service["selector"] == {"app.kubernetes.io/name": name}


def test_the_gateway_is_exempt_from_the_rate_limit() -> None:
    inside = re.search(r"TRUSTED_NETWORKS: \$\{TRUSTED_NETWORKS:-([^}]+)\}", TEXT)
    assert inside is not None
    assert {*inside[1].split(",")} <= {*settings_of("invitations")["TRUSTED_NETWORKS"].split(",")}


def test_each_secret_is_made_by_a_command_that_is_written_down(tmp_path: Path) -> None:
    made = set(shares(Kept(tmp_path / "kept"), is_on_discord=True))
    asked = set(re.findall(r'"secretName": "([\w-]+)"', json.dumps(WRITTEN)))
    asked |= set(re.findall(r'"secretKeyRef": {"name": "([\w-]+)"', json.dumps(WRITTEN)))
    asked |= {named(WRITTEN, "Cluster")["postgres"]["spec"]["superuserSecret"]["name"]}
    for each in named(WRITTEN, "TriggerAuthentication").values():
        asked |= {one["name"] for one in each["spec"]["secretTargetRef"]}
    assert asked - made == BY_HAND
    loop = re.search(r"^ *for name in ([\w -]+); do$", README, re.MULTILINE)
    assert loop is not None
    assert set(loop[1].split()) == asked - BY_HAND
    for name in BY_HAND:
        assert re.search(rf"secret generic {name}\b", README), name


def test_every_address_in_the_secrets_is_a_service_here(tmp_path: Path) -> None:
    """The secrets are docker-compose.yml's, so the names and ports are too."""
    offered = {
        (name, port["port"])
        for name, service in named(WRITTEN, "Service").items()
        for port in service["spec"]["ports"]
    }
    urls = [
        text
        for files in shares(Kept(tmp_path / "kept"), is_on_discord=True).values()
        for name, text in files.items()
        if name.endswith("_URL")
    ]
    urls.append(settings_of("gateway")["INVITATIONS_API_URL"])
    assert {(urlsplit(url).hostname, urlsplit(url).port) for url in urls} <= offered
    assert len(urls) > 5


def test_the_broker_has_the_settings_of_docker_compose_that_rabbitmq_conf_has_no_word_for() -> None:
    written = (PROJECT / "deploy" / "rabbitmq" / "advanced.config").read_text()
    said = re.sub(r"%.*|\s", "", written)
    given = named(WRITTEN, "RabbitmqCluster")["rabbitmq"]["spec"]["rabbitmq"]["advancedConfig"]
    assert said == re.sub(r"\s", "", given)


def test_images_are_those_of_docker_compose() -> None:
    images = {main(each)["image"] for each in WORKLOADS.values()}
    ours = {each["name"] for each in documents(PRODUCTION / "kustomization.yaml")[0]["images"]}
    assert images == {*ours, "redis:8"}
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text()
    for name in ours:
        assert f" AS {name.removeprefix('doukikai-')}\n" in dockerfile
    others = {"redis:8", named(WRITTEN, "RabbitmqCluster")["rabbitmq"]["spec"]["image"]}
    database = named(WRITTEN, "Cluster")["postgres"]["spec"]["imageName"]
    for image in {*others, f"postgres:{database.rpartition(':')[2]}"}:
        assert re.search(rf"(image:|FROM) {re.escape(image)}\b", TEXT + dockerfile), image


def test_commands_are_those_of_docker_compose() -> None:
    for name in SETTINGS:
        command = ", ".join(main(WORKLOADS[name])["args"])
        assert f"    command: [{command}]\n" in TEXT, name
        assert settings_of(name).get("HTTP_PORT", "8000") == "8000"


def directives(text: str) -> dict[str, str]:
    """Read `name = value`, or `name value`, without comments and quotes."""
    lines = [re.sub(r"\s*[#;].*$", "", line).strip() for line in text.splitlines()]
    pairs = [re.split(r"\s*=\s*|\s+", line, maxsplit=1) for line in lines if line]
    return {pair[0]: pair[-1].strip("'") for pair in pairs}


def test_servers_are_configured_as_everywhere_else() -> None:
    deploy = PROJECT / "deploy"
    cache = named(WRITTEN, "ConfigMap")["redis"]["data"]["redis.conf"]
    assert directives(cache) == directives((deploy / "redis" / "redis.conf").read_text())
    known = directives((deploy / "postgres" / "postgresql.conf").read_text())
    memory = {"shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem"}
    cluster = named(WRITTEN, "Cluster")["postgres"]["spec"]["postgresql"]["parameters"]
    assert {key: known[key] for key in cluster.keys() - memory} == {
        key: cluster[key] for key in cluster.keys() - memory
    }
    known = directives((deploy / "pgbouncer" / "pgbouncer.ini").read_text())
    pooler = named(WRITTEN, "Pooler")["pooler"]["spec"]["pgbouncer"]
    assert pooler["poolMode"] == known["pool_mode"]
    for key in ("max_client_conn", "server_idle_timeout"):
        assert pooler["parameters"][key] == known[key]


def test_the_poolers_never_ask_postgresql_for_more_than_it_gives() -> None:
    pooler = named(WRITTEN, "Pooler")["pooler"]["spec"]
    own = pooler["pgbouncer"]["parameters"]
    of_one_role = int(own["default_pool_size"]) + int(own["reserve_pool_size"])
    roles = len(SETTINGS.keys() - {"gateway", "sync-commands"})
    most = named(WRITTEN, "Cluster")["postgres"]["spec"]["postgresql"]["parameters"]
    assert pooler["instances"] * roles * of_one_role < int(most["max_connections"])


def test_network_policies_name_exactly_the_existing_workloads() -> None:
    policies = json.dumps(list(named(WRITTEN, "NetworkPolicy").values()))
    names = set(re.findall(r'"app.kubernetes.io/name": "([\w-]+)"', policies))
    for values in re.findall(
        r'"app.kubernetes.io/name", "operator": "In", "values": (\[.*?\])', policies
    ):
        names |= set(json.loads(values))
    assert names == {*WORKLOADS, "rabbitmq"}


@needs_kustomize
@pytest.mark.parametrize("folder", INSTALLATIONS, ids=lambda folder: folder.name)
def test_every_pod_of_ours_is_restricted_and_bounded(folder: Path) -> None:
    found = built(folder)
    workloads = {name: each for kind in KINDS for name, each in named(found, kind).items()}
    assert set(workloads) == set(WORKLOADS)
    for name, each in workloads.items():
        container = main(each)
        assert pod(each)["automountServiceAccountToken"] is False, name
        assert pod(each)["securityContext"]["runAsNonRoot"] is True, name
        assert pod(each)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert "memory" in container["resources"]["limits"], name
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod(each)["volumes"]} >= {"tmp"}, name


@needs_kustomize
def test_every_service_says_how_it_is_and_may_be_moved() -> None:
    found = built(PRODUCTION)
    for name in SETTINGS.keys() - {"sync-commands"}:
        container = main(named(found, "Deployment")[name])
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert name in named(found, "PodDisruptionBudget")


@needs_kustomize
def test_manifests_are_as_kubernetes_and_the_operators_want_them() -> None:
    if "KUBERNETES_SCHEMAS" not in os.environ:
        pytest.skip("KUBERNETES_SCHEMAS names no folder of schemas to judge the manifests by.")
    judge = judges(Path(os.environ["KUBERNETES_SCHEMAS"]))
    mistakes = []
    for each in built(PRODUCTION):
        key = (each["apiVersion"], each["kind"])
        mistakes += [f"{key} {e.instance_path}: {e.message}" for e in judge(key).iter_errors(each)]
    assert mistakes == []


def judges(folder: Path) -> Callable[[tuple[str, str]], jsonschema_rs.Validator]:
    """Read the schemas; give who judges a kind."""
    known = json.loads((folder / "kubernetes.json").read_text())
    custom = custom_schemas(folder)
    kinds = {
        (f"{kind['group']}/{kind['version']}".lstrip("/"), kind["kind"]): name
        for name, schema in known["$defs"].items()
        for kind in schema.get("x-kubernetes-group-version-kind", [])
    }

    @cache
    def judge(key: tuple[str, str]) -> jsonschema_rs.Validator:
        schema = custom.get(key) or {"$ref": f"#/$defs/{kinds[key]}", "$defs": known["$defs"]}
        return jsonschema_rs.Draft202012Validator(schema)

    return judge
