"""Every alert is proven to fire and to stay quiet, and says what to do in the runbook."""

import re
import subprocess
from typing import Any

import asyncpg
import pytest
import yaml

from deploy.local.programs import program
from tests.conftest import Site
from tests.house.tree import PROJECT

FOLDER = PROJECT / "deploy" / "prometheus"
RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
PARTS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
SEVERITIES = {"critical", "warning", "notice"}


def read(folder: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text()) for path in sorted((FOLDER / folder).glob("*.yml"))]


ALERTS = {
    rule["alert"]: rule
    for file in read("rules")
    for group in file["groups"]
    for rule in group["rules"]
    if "alert" in rule
}


def proven(*, fires: bool) -> set[str]:
    """Name the alerts that some unit test wants to fire, or to stay quiet."""
    return {
        case["alertname"]
        for file in read("tests")
        for test in file["tests"]
        for case in test.get("alert_rule_test", [])
        if bool(case["exp_alerts"]) == fires
    }


def test_every_rule_does_what_its_unit_tests_say() -> None:
    tests = sorted(str(path) for path in (FOLDER / "tests").glob("*.yml"))
    done = subprocess.run(  # noqa: S603 - our own words
        [program("promtool", "prometheus"), "test", "rules", *tests],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_proven_to_fire_and_to_stay_quiet() -> None:
    assert len(ALERTS) > 20
    assert proven(fires=True) == ALERTS.keys()
    assert proven(fires=False) == ALERTS.keys() - {"Watchdog"}, "only that one always fires"


def test_every_alert_has_its_section_in_the_runbook_and_every_section_its_alert() -> None:
    assert SECTIONS.keys() == ALERTS.keys()
    for name, text in SECTIONS.items():
        assert re.findall(r"^\*\*(\w+)\.\*\* \S", text, re.MULTILINE) == PARTS, name


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_how_bad_it_is_in_one_sentence_and_where_to_read_on(name: str) -> None:
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in SEVERITIES
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}"


def test_the_runbook_asks_for_no_command_that_is_not_there() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    composed = (PROJECT / "docker-compose.yml").read_text()
    for target in re.findall(r"`make ([a-z-]+)", RUNBOOK):
        assert f"\n{target}: " in makefile, target
    commands = re.findall(
        r"docker compose (?:exec -T|exec|restart|logs --[\w -]+?\d+\w?) (\w+)", RUNBOOK
    )
    assert len(commands) > 10
    for service in commands:
        assert f"\n  {service}:" in composed, service


async def test_postgresql_understands_every_query_of_the_runbook(database: Site) -> None:
    asked = [re.sub(r"<\w+>", "1", text) for text in re.findall(r'`sql "(SELECT [^"]+)"`', RUNBOOK)]
    assert len(asked) > 5
    connection = await asyncpg.connect(database.superuser_url)
    for text in asked:
        await connection.prepare(text)
    await connection.close()
