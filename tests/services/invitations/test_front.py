"""A client that asks too often is refused by its own count; web pages read only public data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import REGISTRY

from services.invitations.http.client_ip import Clients
from services.invitations.http.middleware import limited, middlewares
from services.invitations.settings import Settings
from shared import rate_limiter as subject
from shared.http_metrics import HttpMetrics
from shared.rate_limiter import Limiter
from shared.settings import OperatorMistake, load

Client = TestClient[web.Request, web.Application]
PATH = "/api/invitations"
PAGE = "https://calendar.example"
ASKS = {"Origin": PAGE, "Access-Control-Request-Method": "GET"}


async def answer(_request: web.Request) -> web.Response:
    return web.Response(text="{}", headers={"ETag": '"x"'})


@asynccontextmanager
async def served(**settings: Any) -> AsyncIterator[Client]:
    """Serve a route behind what the settings want."""
    needed = {
        "rabbitmq_url": "",
        "database_url": "",
        "redis_url": "",
        "command_keys": "",
        "http_port": 1,
        "api_port": 2,
    }
    wanted = Settings(**needed, **settings)
    app = web.Application(middlewares=middlewares(wanted))
    app.add_routes(limited(wanted, [web.get(PATH, answer)]))
    server = TestServer(app)
    await server.start_server(access_log_class=HttpMetrics)
    async with TestClient(server) as client:
        yield client


def by(*addresses: str) -> dict[str, str]:
    """Write whom a proxy on this machine heard."""
    return {"X-Forwarded-For": ", ".join(addresses)}


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


async def test_only_the_client_that_asks_too_often_has_to_wait() -> None:
    refused_before = counted("http_requests_limited_total")
    seen_before = counted("http_request_duration_seconds_count", route=PATH, status="429")
    async with served(api_requests_per_second=0.01, api_requests_at_once=3) as client:
        statuses = [(await client.get(PATH, headers=by("203.0.113.5"))).status for _ in range(4)]
        refused = await client.get(PATH, headers=by("203.0.113.5"))
        other = await client.get(PATH, headers=by("203.0.113.6"))
        internal = await client.get(PATH)
        own = [(await client.get(PATH)).status for _ in range(9)]
        problem = await refused.json()
    assert statuses == [200, 200, 200, 429]
    assert 99 <= int(refused.headers["Retry-After"]) <= 100
    assert (refused.status, problem["status"], problem["title"]) == (429, 429, "asked too often")
    assert refused.content_type == "application/problem+json"
    assert other.status == 200
    for response, left in ((refused, 0), (other, 2)):
        assert response.headers["RateLimit-Policy"] == '"client";q=3;w=300'
        name, remaining, until_full = response.headers["RateLimit"].split(";")
        assert (name, remaining) == ('"client"', f"r={left}")
        assert 100 * (3 - left) - 1 <= int(until_full.removeprefix("t=")) <= 100 * (3 - left)
    assert "RateLimit" not in internal.headers
    assert set(own) == {200}, "the gateway and the proxies are let in"
    assert counted("http_requests_limited_total") == refused_before + 2
    seen = counted("http_request_duration_seconds_count", route=PATH, status="429")
    assert seen == seen_before + 2


def test_a_silent_client_may_ask_at_once_again() -> None:
    now = 0.0
    limiter = Limiter(per_second=10, at_once=5, clock=lambda: now)

    def asked(times: int) -> int:
        left, _ = limiter.left("a")
        let_in = sum(limiter.take("a") == 0 for _ in range(times))
        assert left == let_in
        return let_in

    assert limiter.left("a") == (5, 0)
    assert asked(9) == 5
    assert limiter.left("a") == (0, pytest.approx(0.5))
    assert limiter.take("a") == pytest.approx(0.1)
    now = 0.1
    assert asked(9) == 1, "what was refused is not counted"
    now = 0.35
    assert asked(9) == 2
    now = 100
    assert asked(9) == 5


def test_many_clients_do_not_grow_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(subject, "MOST_CLIENTS", 100)
    limiter = Limiter(per_second=10, at_once=5, clock=lambda: now)
    for number in range(1000):
        assert limiter.take(str(number)) == 0
    assert len(limiter) == 100
    now = 1.0
    for number in range(100):
        limiter.take(f"later {number}")
    assert len(limiter) <= 100
    now = 10.0
    for _ in range(100):
        limiter.take("x")
    assert len(limiter) == 1, "those whose buckets are full are forgotten"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "name"),
    [
        ("10.0.0.9", [], None),
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["10.0.0.1"], "203.0.113.5"),  # a stranger's own word
        ("10.0.0.9", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.9", ["10.0.0.1, 203.0.113.5"], "203.0.113.5"),  # forged in front
        ("10.0.0.9", ["10.0.0.1", "203.0.113.5, 10.0.0.8"], "203.0.113.5"),
        ("10.0.0.9", ["10.0.0.1"], "10.0.0.1"),  # sent here by a proxy: counted all the same
        ("10.0.0.9", ["203.0.113.5:5123"], "203.0.113.5"),
        ("10.0.0.9", ["unknown"], "10.0.0.9"),
        ("10.0.0.9", [""], "10.0.0.9"),
        ("::ffff:10.0.0.9", ["[2001:db8::1]:80"], "2001:db8::/64"),
        ("::ffff:10.0.0.9", ["2001:db8::ffff:2"], "2001:db8::/64"),
        ("::ffff:10.0.0.9", [], None),
    ],
)
def test_a_client_is_known_by_its_address(
    peer: str, forwarded_for: list[str], name: str | None
) -> None:
    assert Clients([ip_network("10.0.0.0/24")]).name(peer, forwarded_for) == name


async def test_no_web_page_reads_the_api_unless_its_origin_is_named() -> None:
    async with served() as client:
        response = await client.get(PATH, headers={"Origin": PAGE})
        assert not [name for name in response.headers if name.startswith("Access-Control")]
        assert (await client.options(PATH, headers=ASKS)).status == 405


async def test_a_named_origin_reads_the_api_and_its_refusals() -> None:
    async with served(cors_origins=PAGE, api_requests_at_once=1) as client:
        preflight = await client.options(PATH, headers=ASKS)
        found = await client.get(PATH, headers={"Origin": PAGE, **by("203.0.113.5")})
        refused = await client.get(PATH, headers={"Origin": PAGE, **by("203.0.113.5")})
        other = await client.get(PATH, headers={"Origin": "https://evil.example"})
    assert (preflight.status, preflight.headers["Access-Control-Allow-Methods"]) == (
        204,
        "GET, HEAD",
    )
    admitted = preflight.headers["Access-Control-Allow-Headers"]
    assert "If-None-Match" in admitted
    assert not {"*", "Authorization"} & set(admitted.split(", ")), "a page would show the token"
    assert [found.status, refused.status, other.status] == [200, 429, 200]
    for response in (preflight, found, refused):
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
        assert response.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in other.headers
    assert other.headers["Vary"] == "Origin"


async def test_any_origin_may_be_let_in() -> None:
    async with served(cors_origins="*") as client:
        found = await client.get(PATH, headers={"Origin": PAGE})
        assert found.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", "calendar.example"),
        ("CORS_ORIGINS", "https://calendar.example/"),
        ("TRUSTED_NETWORKS", "10.0.0.0/33"),
        ("TRUSTED_NETWORKS", "10.0.0.0/8,home"),
        ("API_REQUESTS_PER_SECOND", "0"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for needed in ("RABBITMQ_URL", "DATABASE_URL", "REDIS_URL", "COMMAND_KEYS"):
        monkeypatch.setenv(needed, "x")
    monkeypatch.setenv("HTTP_PORT", "1")
    monkeypatch.setenv("API_PORT", "2")
    monkeypatch.setenv(name, value)
    with pytest.raises(OperatorMistake, match=f"^{name} is wrong"):
        load(Settings)
