"""Every route of every listener, by every kind of credential, is answered as the table says."""

import ast
import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple

import aiohttp
import pytest

from deploy.local.instance import PROJECT, free_ports
from shared.proofs import READING
from tests.builders import HOST, MEMBER
from tests.conftest import Site
from tests.keys import KEYS
from tests.operations.processes import service
from tests.services.invitations.test_calendars import answered, planted, show

# What a client can put in the place of a token: in the path, or in the header of a bearer. Nothing
# else of a request is a credential here.
TOKENS = {
    "none": "",
    "wrong": "wrong",
    "own": "own",
    "another member's": "others",
    "the guild's": "guild",
    "renewed since": "former",
    "as it is stored": hashlib.sha256(b"own").hexdigest(),
    "the guild's for programs": "dk_programs",
    "the gateway's": KEYS["gateway"].reading_token("invitations"),
    "the gateway's for tickets": KEYS["gateway"].reading_token("tickets"),
    "the scheduler's": KEYS["scheduler"].prove("scheduler", "invitations", READING) or "",
    "the proof of a command": KEYS["gateway"].prove("gateway", "invitations", b"{}") or "",
}
ANYBODY = dict.fromkeys(TOKENS, 200)
NOBODY = dict.fromkeys(TOKENS, 404)
MEMBERS = NOBODY | {"own": 200, "another member's": 200}  # each reads the data of its own member
GATEWAY = dict.fromkeys(TOKENS, 401) | {"the gateway's": 200}
LIST = GATEWAY | {"none": 200, "the guild's for programs": 200}
# The guild is not listed in public.
UNLISTED = GATEWAY | {"none": 404, "the guild's for programs": 200}
FEED = GATEWAY | {"the guild's for programs": 200}
CALENDARS = MEMBERS | {"the guild's": 200}

# listener -> route -> token -> status. The files that add a listener's routes come first.
SERVICE = {"/metrics": ANYBODY, "/healthz": ANYBODY, "/readyz": ANYBODY}
API = {
    "/api/invitations": LIST,
    "/api/invitations/{id}": UNLISTED,
    "/api/events": FEED,
    "/api/guilds/{guild_id}/settings": GATEWAY,
    "/api/guilds/{guild_id}/places": GATEWAY,
    "/api/guilds/{guild_id}/images/{name}": GATEWAY | {"the gateway's": 404},  # none is there
    "/api/guilds/{guild_id}/hosts/{host_id}/drafts": GATEWAY,
    "/api/guilds/{guild_id}/hosts/{host_id}/templates": GATEWAY,
    "/api/members/{token}/history": MEMBERS,
    "/calendars/{token}.ics": CALENDARS,
    "/api/openapi.json": ANYBODY,
}
ROUTES = {"shared/service.py": SERVICE, "services/invitations/http/api.py": API}
ADDS = {"get", "head", "post", "put", "patch", "delete", "options", "view", "route", "static"}
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
NO_CREDENTIALS: tuple[Mapping[str, str], ...] = (
    {"Authorization": "Bearer own"},
    {"Authorization": "Basic b3duOm93bg=="},
    {"Authorization": f"Basic {KEYS['gateway'].reading_token('invitations')}"},
    {"Cookie": "token=own"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Original-URL": "/calendars/own.ics", "X-Rewrite-URL": "/calendars/own.ics"},
    {"X-HTTP-Method-Override": "DELETE"},
)


class Running(NamedTuple):
    """The ports of the services that listen, and a client."""

    ports: Mapping[str, int]
    api_port: int
    http: aiohttp.ClientSession

    async def status(self, port: int, path: str, method: str = "GET", **options: object) -> int:
        url = f"http://127.0.0.1:{port}{path}"
        async with self.http.request(method, url, **options) as answer:  # type: ignore[arg-type]
            return answer.status


@pytest.fixture
async def running(site: Site) -> AsyncIterator[Running]:
    pool = await site.pool()
    await planted(pool, n1="joined")
    await planted(pool, user=HOST.user_id, n2="joined")
    await answered(pool, show("former", "guild"))
    await pool.execute("DELETE FROM calendars WHERE owner_kind = 'member'")
    await answered(pool, show("own", "guild"))
    await answered(pool, show("others", "guild", HOST))
    digest = hashlib.sha256(TOKENS["the guild's for programs"].encode()).hexdigest()
    await pool.execute("INSERT INTO guilds (guild_id, api_token_sha256) VALUES ('1', $1)", digest)
    await pool.close()
    names = ("invitations", "tickets", "scheduler")
    *ports, api_port = free_ports(len(names) + 1)
    async with AsyncExitStack() as stack:
        for name, port in zip(names, ports, strict=True):
            own = {"HTTP_PORT": str(port), "API_PORT": str(api_port)}
            own |= {"API_REQUESTS_AT_ONCE": "10000"}
            await stack.enter_async_context(service(name, port, site.environment(name) | own))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Running(dict(zip(names, ports, strict=True)), api_port, http)


def added(file: str) -> set[str]:
    """Return the paths that a file gives to a router."""
    nodes = ast.walk(ast.parse((PROJECT / file).read_text()))
    return {
        each.args[0].value
        for each in nodes
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr.removeprefix("add_") in ADDS
        and each.args
        and isinstance(each.args[0], ast.Constant)
        and str(each.args[0].value).startswith("/")
    }


def test_the_table_names_every_route() -> None:
    files = [
        str(path.relative_to(PROJECT))
        for folder in ("services", "shared", "operations")
        for path in (PROJECT / folder).rglob("*.py")
    ]
    found = {file: added(file) for file in files}
    assert {file: paths for file, paths in found.items() if paths} == {
        file: set(routes) for file, routes in ROUTES.items()
    }


def path_of(route: str, token: str) -> str:
    return (
        route.replace("{id}", "1")
        .replace("{guild_id}", "1")
        .replace("{host_id}", "1")
        .replace("{name}", f"{'0' * 32}.png")
        .replace("{token}", TOKENS[token])
    ) + ("?guild=1" if route == "/api/events" else "")


def bearer(token: str) -> dict[str, str]:
    """Return the header that holds a token, except for none."""
    return {"Authorization": f"Bearer {TOKENS[token]}"} if TOKENS[token] else {}


async def test_each_route_is_answered_by_each_token_as_the_table_says(running: Running) -> None:
    for route, table in API.items():
        found = {
            token: await running.status(
                running.api_port, path_of(route, token), headers=bearer(token)
            )
            for token in table
        }
        assert found == table, route
    for name, port in running.ports.items():
        for route, table in SERVICE.items():
            found = {
                token: await running.status(port, route, params={"token": value})
                for token, value in TOKENS.items()
            }
            assert found == table, f"{name} {route}"


async def test_no_header_is_a_credential(running: Running) -> None:
    for route, table in API.items():
        path = path_of(route, "wrong")
        for headers in NO_CREDENTIALS:
            answer = await running.status(running.api_port, path, headers=headers)
            is_bearer = headers.get("Authorization", "").startswith("Bearer")
            assert answer == table["wrong" if is_bearer else "none"], (route, headers)


async def test_a_token_shows_only_the_data_of_its_own_member(running: Running) -> None:
    shown = {}
    for token in ("own", "others"):
        url = f"http://127.0.0.1:{running.api_port}/api/members/{token}/history"
        async with running.http.get(url) as answer:
            shown[token] = [entry["id"] for entry in (await answer.json())["entries"]]
    assert shown == {"own": ["1"], "others": ["2"]}
    assert MEMBER.user_id != HOST.user_id


async def test_no_route_takes_any_other_method(running: Running) -> None:
    listeners = [(running.api_port, API), *((port, SERVICE) for port in running.ports.values())]
    for port, routes in listeners:
        for route in routes:
            path = path_of(route, "own")
            asked = [running.status(port, path, method) for method in METHODS]
            assert set(await asyncio.gather(*asked)) <= {400, 405}, route


async def test_a_listener_answers_no_path_but_its_own(running: Running) -> None:
    """The API, which strangers reach through a proxy, shows nothing of how the service is."""
    strange = [
        "/",
        "/debug",
        "/metrics/",
        "//metrics",
        "/calendars/own",
        "/%2e%2e",
    ]
    for path in [*SERVICE, *strange]:
        assert await running.status(running.api_port, path) in {400, 404}, path
    for port in running.ports.values():
        for path in [*(path_of(route, "own") for route in API), *strange]:
            assert await running.status(port, path) in {400, 404}, path
