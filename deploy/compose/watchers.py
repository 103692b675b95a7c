"""What Prometheus's helpers may see: passwords to look in with, and where to tell alerts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Files: TypeAlias = dict[str, str]

ROLE = "monitoring"
ALERTMANAGER = Path(__file__).parents[1] / "alertmanager" / "alertmanager.yml"
# What Alertmanager puts into a message; the links lead into the project's folder.
TITLE = "{{ .Status | toUpper }} {{ .CommonLabels.severity }}: {{ .GroupLabels.alertname }}"
MESSAGE = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ end }}"
    "{{ (index .Alerts 0).Annotations.runbook_url }}"
)


def watchers(secret: Callable[[str], str], webhook_url: str) -> dict[str, Files]:
    """Give for each watcher the files it may see."""
    password = secret(f"{ROLE}-database")
    return {
        "postgres-exporter": {"password": password},
        "pgbouncer-exporter": {
            "url": f"postgresql://{ROLE}:{password}@pgbouncer:6432/pgbouncer?sslmode=disable"
        },
        "redis-exporter": {
            "passwords.json": json.dumps({f"redis://{ROLE}@redis:6379": secret(f"{ROLE}-redis")})
        },
        "alertmanager": {"alertmanager.yml": alertmanager(webhook_url)},
        "grafana": {"admin": secret("grafana-admin")},
    }


def alertmanager(webhook_url: str) -> str:
    """Give Alertmanager's configuration, with a channel of Discord to tell if there is one."""
    known = ALERTMANAGER.read_text()
    if not webhook_url:
        return known
    channel = {"webhook_url": webhook_url, "title": TITLE, "message": MESSAGE}
    return f"{known}    discord_configs: {json.dumps([channel])}\n"
