"""The generated pages of docs/ say what the code says; `make docs` writes them."""

import re

import pytest

from deploy.grafana import boards
from shared.messages.registry import REGISTRY
from tests.house import (
    api_page,
    kubernetes_rules,
    messages_page,
    metrics_page,
    permissions_page,
)


def test_the_catalogue_of_messages_is_current() -> None:
    assert messages_page.PAGE.read_text() == messages_page.messages_page()


def test_the_dashboards_are_current_and_no_other_lies_beside_them() -> None:
    written = {path: path.read_text() for path in boards.FOLDER.glob("*.json")}
    assert written == boards.texts()


def test_the_list_of_metrics_is_current() -> None:
    assert metrics_page.PAGE.read_text() == metrics_page.metrics_page()


def test_the_list_of_permissions_is_current() -> None:
    assert permissions_page.PAGE.read_text() == permissions_page.permissions_page()


def test_the_rules_for_kubernetes_are_current_and_every_figure_is_there() -> None:
    """A metric of PostgreSQL or PgBouncer that a rule asks for has CloudNativePG's name."""
    text = kubernetes_rules.PAGE.read_text()
    assert text == kubernetes_rules.kubernetes_rules()
    asked = set(re.findall(r"\b(?:pg|pgbouncer)_[a-z_]+\b", text))
    elsewhere = {"pg_stat_bgwriter_buffers_checkpoint", "pg_stat_bgwriter_buffers_checkpoint_total"}
    assert asked - elsewhere == set(kubernetes_rules.NAMES)


def test_the_description_of_the_api_is_current() -> None:
    assert api_page.PAGE.read_text() == api_page.api_page()


@pytest.mark.parametrize("name", REGISTRY)
def test_every_message_reaches_a_queue(name: str) -> None:
    _exchange, queues = messages_page.route(name, REGISTRY[name])
    assert queues


@pytest.mark.parametrize("name", REGISTRY)
def test_every_message_says_what_it_means(name: str) -> None:
    assert REGISTRY[name].__doc__
