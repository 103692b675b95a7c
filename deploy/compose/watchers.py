"""What Prometheus's helpers may see: passwords to look in with, and where to tell alerts."""

import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TypeAlias

from shared.shards import further_shards

Files: TypeAlias = dict[str, str]

ROLE = "monitoring"
ALERTMANAGER = Path(__file__).parents[1] / "alertmanager" / "alertmanager.yml"
SERVICES = ("gateway", "invitations", "tickets", "scheduler")
# What Prometheus watches of the jobs with one process.
ONE_EACH = {
    "backup": "backup:8000",
    "pgbouncer": "pgbouncer-exporter:9127",
    "postgres": "postgres-exporter:9187",
    "prometheus": "127.0.0.1:9090",
    "redis": "redis-exporter:9121",
}
# What Alertmanager puts into a message.
TITLE = "{{ .Status | toUpper }} {{ .CommonLabels.severity }}: {{ .GroupLabels.alertname }}"
WATCHDOG = "  - name: watchdog\n"
RUNBOOK = "docs/runbook.md"  # what links begin with, unless the operator says where it can be read
MESSAGE = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ end }}"
    f'{{{{ reReplaceAll "^{RUNBOOK}" "%s" (index .Alerts 0).Annotations.runbook_url }}}}'
)


def watchers(secret: Callable[[str], str], settings: Mapping[str, str]) -> dict[str, Files]:
    """Give for each watcher the files it may see."""
    password = secret(f"{ROLE}-database")
    configured = alertmanager(
        settings.get("ALERT_WEBHOOK_URL", ""),
        runbook_url=settings.get("RUNBOOK_URL", ""),
        watchdog_url=settings.get("WATCHDOG_URL", ""),
    )
    return {
        "postgres-exporter": {"password": password},
        "pgbouncer-exporter": {
            "url": f"postgresql://{ROLE}:{password}@pgbouncer:6432/pgbouncer?sslmode=disable"
        },
        "redis-exporter": {
            "passwords.json": json.dumps({f"redis://{ROLE}@redis:6379": secret(f"{ROLE}-redis")})
        },
        "alertmanager": {"alertmanager.yml": configured},
        "grafana": {"admin": secret("grafana-admin")},
    }


def targets(profiles: AbstractSet[str], settings: Mapping[str, str]) -> Files:
    """Give Prometheus the addresses of everything that it watches, a file for each of its jobs."""
    project = settings.get("COMPOSE_PROJECT_NAME") or "doukikai"
    further = further_shards(settings.get("SHARD", ""))
    services = [
        {
            "labels": {"service": name},
            "targets": [
                f"{project}-{container}-{number}:8000"
                for container in (name, *(further if name == "gateway" else ()))
                for number in range(1, int(settings.get(f"{name.upper()}_REPLICAS") or 1) + 1)
            ],
        }
        for name in SERVICES
    ]
    nodes = ["rabbitmq", *(["rabbitmq-2", "rabbitmq-3"] if "cluster" in profiles else [])]
    jobs: dict[str, object] = {
        "services": services,
        "rabbitmq": [{"targets": [f"{node}:15692" for node in nodes]}],
        **{job: [{"targets": [address]}] for job, address in ONE_EACH.items()},
        # Alertmanager itself does not say which of its receivers a person reads.
        "alertmanager": [
            {
                "labels": {"receiver": "discord" if settings.get("ALERT_WEBHOOK_URL") else "none"},
                "targets": ["alertmanager:9093"],
            }
        ],
    }
    return {f"{job}.json": json.dumps(groups) for job, groups in jobs.items()}


def alertmanager(webhook_url: str, *, runbook_url: str = "", watchdog_url: str = "") -> str:
    """Give Alertmanager's configuration, with a channel of Discord and a watchdog if given."""
    known = ALERTMANAGER.read_text()
    if watchdog_url:
        called = json.dumps([{"url": watchdog_url}])
        known = known.replace(WATCHDOG, f"{WATCHDOG}    webhook_configs: {called}\n")
    if not webhook_url:
        return known
    message = MESSAGE % (runbook_url or RUNBOOK)
    channel = {"webhook_url": webhook_url, "title": TITLE, "message": message}
    return f"{known}    discord_configs: {json.dumps([channel])}\n"
