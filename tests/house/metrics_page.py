"""Writes docs/metrics.md: every metric the services report, from where it is declared."""

from typing import TypeAlias

from prometheus_client import Counter, Gauge, Histogram

from tests.house.tree import PROJECT, modules

Metric: TypeAlias = Counter | Gauge | Histogram

PAGE = PROJECT / "docs" / "metrics.md"
INTRODUCTION = """# Metrics

What `/metrics` of the services answers, besides what `prometheus_client` says of every Python
process. Written by `make docs` from where each is declared.

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
    return INTRODUCTION + "".join(sorted(_row(metric) for metric in declared.values()))


def _row(metric: Metric) -> str:
    (family,) = metric.describe()
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - named nowhere else
    return f"| `{name}` | {family.type} | {labels} | {family.documentation} |\n"
