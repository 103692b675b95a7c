"""An operator's mistake is one sentence and an exit code, in every service with tables."""

import socket

import pytest

from deploy.local.instance import free_ports
from tests.conftest import Site
from tests.stage import run_once

SERVICES = ("invitations", "tickets", "scheduler")


MISSING = "DATABASE_URL is missing: the address of PgBouncer"
UNREACHABLE = (
    ("DATABASE_URL", "postgresql://x:hidden@127.0.0.1:1/x", "DATABASE_URL cannot be reached"),
    ("RABBITMQ_URL", "amqp://x:hidden@127.0.0.1:1/x", "RABBITMQ_URL cannot be reached"),
)


# What settings say of themselves is the same in every service: shared/settings.py.
@pytest.mark.parametrize(
    ("service", "setting", "value", "sentence"),
    [
        ("invitations", "DATABASE_URL", "", MISSING),
        ("tickets", "RABBITMQ_URL", "", "RABBITMQ_URL is missing: the address of RabbitMQ"),
        ("scheduler", "HTTP_PORT", "many", "HTTP_PORT is wrong"),
        ("tickets", "LOG_LEVEL", "LOUD", "LOG_LEVEL is wrong"),
        *((service, *mistake) for service in SERVICES for mistake in UNREACHABLE),
    ],
)
async def test_a_mistake_is_one_sentence(
    database: Site, service: str, setting: str, value: str, sentence: str
) -> None:
    [port] = free_ports(1)
    settings = database.environment(service) | {"HTTP_PORT": str(port), setting: value}
    code, errors = await run_once(f"services.{service}", settings)
    assert (code, errors.count("\n")) == (1, 1)
    assert sentence in errors
    assert "hidden" not in errors


@pytest.mark.parametrize("service", SERVICES)
async def test_a_taken_port_is_one_sentence(site: Site, service: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = site.environment(service) | {"HTTP_PORT": str(port)}
        code, errors = await run_once(f"services.{service}", settings)
    assert (code, errors) == (
        1,
        f"HTTP_PORT {port} on 127.0.0.1 cannot be listened on: address already in use.\n",
    )
