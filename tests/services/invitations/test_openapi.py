"""The HTTP API keeps to its own description, whatever it is asked."""

import asyncio
import re
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from services.invitations.http import openapi
from shared.database import Pool
from tests.services.invitations.telling import published

SNAKE_CASE = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*")
Client = TestClient[web.Request, web.Application]


async def test_the_description_is_served(client: Client) -> None:
    response = await client.get("/api/openapi.json")
    assert await response.json() == openapi.document()
    assert response.headers["ETag"]


def test_every_name_is_written_alike_and_every_refusal_is_a_problem() -> None:
    described = openapi.document()
    fields = {
        name
        for schema in described["components"]["schemas"].values()
        for name in schema.get("properties", {})
    }
    assert len(fields) > 100
    assert [name for name in fields if not SNAKE_CASE.fullmatch(name)] == []
    operations = [path["get"] for path in described["paths"].values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    for operation in operations:
        assert {"429", "500", "503"} <= operation["responses"].keys()
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], operation


@pytest.mark.parametrize(
    "path",
    [
        "/api/invitations",
        "/api/invitations/{id}",
        "/api/events",
        "/api/guilds/{guild_id}/settings",
        "/api/members/{token}/history",
        "/calendars/{token}.ics",
    ],
)
async def test_every_response_matches_the_openapi_document(
    pool: Pool, client: Client, path: str
) -> None:
    await published(pool, event_name="問われる会")
    address = str(client.make_url("/")).rstrip("/")
    operation = schemathesis.openapi.from_dict(openapi.document())[path]["GET"]

    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(case=operation.as_strategy() | wrong)
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=address)

    await asyncio.to_thread(ask)
