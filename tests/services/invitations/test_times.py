"""Every time in the API's answers ends in Z; a text that looks like a time stays as it is."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from shared.database import Pool
from shared.messages.invitations.calendars import NewAddress, ShowCalendars
from tests import builders
from tests.builders import INVITATION_ID, MEMBER
from tests.services.invitations.telling import published, say

Client = TestClient[web.Request, web.Application]
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.*")
TYPED = '開始 2026-01-01T12:00:00+00:00","end_time":"x+00:00","tag":"'
ROUTES = [
    "/api/invitations",
    "/api/invitations?tag=まったり",
    "/api/invitations?guild=1",
    "/api/invitations?host=900",
    f"/api/invitations/{INVITATION_ID}",
    "/api/members/secret/history",
]


def strings(said: Any) -> Iterator[str]:
    """Yield every text of an answer, however deep."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict | list):
        for each in said.values() if isinstance(said, dict) else said:
            yield from strings(each)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("milliseconds", [0, 1])
async def test_every_time_ends_in_z(
    pool: Pool, client: Client, route: str, milliseconds: int
) -> None:
    start = builders.soon(hours=1).replace(microsecond=0) + timedelta(milliseconds=milliseconds)
    await published(pool, event_name=TYPED, description=TYPED, start_time=start)
    await say(pool, builders.join(MEMBER))
    own, guild = (
        NewAddress(token=builders.SEALED, token_sha256=sha256(secret).hexdigest())
        for secret in (b"secret", b"guild")
    )
    await say(pool, ShowCalendars(actor=MEMBER, guild_id="1", member=own, guild=guild))
    async with client.get(route) as response:
        assert response.status == 200
        text = await response.text()
    found = list(strings(json.loads(text)))
    times = [each for each in found if TIME.fullmatch(each)]
    assert times
    assert [each for each in times if not each.endswith("Z")] == []
    assert TYPED in found
