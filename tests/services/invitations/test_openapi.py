"""The HTTP API keeps to its own description, whatever it is asked."""

import asyncio
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

Client = TestClient[web.Request, web.Application]


async def test_the_description_is_served(client: Client) -> None:
    response = await client.get("/api/openapi.json")
    assert await response.json() == openapi.document()
    assert response.headers["ETag"]


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
