"""Writes docs/metrics.md: every metric the services report, from where it is declared."""

from typing import TypeAlias

from prometheus_client import Counter, Gauge, Histogram

from deploy.backup.measures import HELP, kind_of
from tests.house.tree import PROJECT, modules

Metric: TypeAlias = Counter | Gauge | Histogram

PAGE = PROJECT / "docs" / "metrics.md"
INTRODUCTION = """# Metrics

What `/metrics` of the services answers, besides what `prometheus_client` says of every Python
process. Written by `make docs` from where each is declared.

| metric | type | labels | meaning |
|---|---|---|---|
"""
BACKUPS = """
## Backups

What `/metrics` of the container `backup` answers. `kind` is `logical` or `physical`; of
`backup_failing` also `dumps`, `archive`, `repository` (the nightly check) and `drill`. `folder` is
`postgres`, `backups` or `system`: the disk of Docker itself, with images, logs and all other
volumes.

| metric | type | labels | meaning |
|---|---|---|---|
"""


def metrics_page() -> str:
    """Write the whole page."""
    declared = {
        id(found): found
        for module in modules()
        for found in vars(module).values()
        if isinstance(found, Metric)
    }
    services = INTRODUCTION + "".join(sorted(_row(metric) for metric in declared.values()))
    return services + BACKUPS + "".join(_backup_row(name, words) for name, words in HELP.items())


def _backup_row(name: str, words: str) -> str:
    labels = "`kind`" if name.startswith(("backup_last", "backup_failing")) else ""
    labels = "`folder`" if name.startswith("host_disk") else labels
    labels = "`mode`" if name.startswith("host_cpu") else labels
    return f"| `{name}` | {kind_of(name)} | {labels} | {words} |\n"


def _row(metric: Metric) -> str:
    (family,) = metric.describe()
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - named nowhere else
    return f"| `{name}` | {family.type} | {labels} | {family.documentation} |\n"
