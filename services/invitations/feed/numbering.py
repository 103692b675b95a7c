"""Gives the events of a batch their numbers before RabbitMQ gets them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from pydantic_core import from_json

from services.invitations.feed import cloudevents
from services.invitations.feed.persons import members_of
from services.invitations.sql import feed
from shared.database import Pool
from shared.exchanges import SEQUENCE
from shared.publishing import Headers


async def number(pool: Pool, rows: Sequence[asyncpg.Record]) -> Mapping[int, Headers]:
    """Give numbers to rows that the relay has taken out of the outbox; return headers by row id.

    It commits by itself, and beside the transaction of the relay, which still holds the lease. So
    an event that RabbitMQ has seen keeps its number if the relay fails before its own commit.
    Raises ConnectionError if the lease was lost meanwhile.
    """
    envelopes = {row["id"]: from_json(row["body"]) for row in rows}
    events = [_event(row_id, each["body"]) for row_id, each in envelopes.items()]
    numbers = await feed.number(pool, json.dumps(events))
    if len(numbers) < len(rows):
        raise ConnectionError("another relay has published these events")
    return {
        row_id: {SEQUENCE: numbers[row_id], **cloudevents.headers(each)}
        for row_id, each in envelopes.items()
    }


def _event(outbox_id: int, body: Mapping[str, Any]) -> Mapping[str, Any]:
    around = body.get("invitation") or body.get("guild") or body
    members = sorted(set(members_of(body)))
    return {"id": outbox_id, "guild_id": around.get("guild_id"), "members": members}
