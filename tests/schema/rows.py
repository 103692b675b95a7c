"""Rows that keep every rule, for tests to break one rule at a time."""

import itertools
import time
import uuid
from datetime import UTC, datetime
from typing import Any, TypeAlias

from asyncpg import Connection, Pool

Session: TypeAlias = Connection | Pool

SEALED = "v1.k1.c2VhbGVk"
_ids = itertools.count(time.time_ns() % 10**18)


def new_id() -> str:
    """Give an id no other row has."""
    return str(next(_ids))


def event(**changes: Any) -> dict[str, Any]:
    """Give the columns a draft and an invitation share."""
    return {
        "request_id": uuid.uuid4(),
        "guild_id": "1",
        "channel_id": "2",
        "host_id": "3",
        "host_name": "主催",
        "event_name": "夜の観光",
        "start_time": datetime(2030, 1, 1, 12, tzinfo=UTC),
        "end_time": datetime(2030, 1, 1, 14, tzinfo=UTC),
        "world_name": "世界",
        "world_link": "https://vrchat.com/home/world/wrld_1",
        "tag": "観光",
        "description": "行きましょう\n誰でもどうぞ",
        "instance_type": "group",
        "vrchat_profile": SEALED,
        "max_participants": 2,
        **changes,
    }


def invitation(**changes: Any) -> dict[str, Any]:
    """Give the columns of an invitation nobody joined yet."""
    return event(id=new_id(), thread_id=new_id(), **changes)


def template(**changes: Any) -> dict[str, Any]:
    """Give the columns of a template."""
    own = ("request_id", "channel_id", "host_name", "vrchat_profile")
    shared = {name: value for name, value in event().items() if name not in own}
    kept = {"template_id": uuid.uuid4(), "name": "いつもの観光", "mention": "nobody"}
    return {**shared, **kept, "reminder_minutes": 15, **changes}


def participant(invitation_id: str, **changes: Any) -> dict[str, Any]:
    """Give the columns of a member with a seat."""
    return {
        "invitation_id": invitation_id,
        "user_id": new_id(),
        "user_name": "参加者",
        "status": "joined",
        **changes,
    }


def ticket(**changes: Any) -> dict[str, Any]:
    """Give the columns of an open ticket."""
    return {
        "id": new_id(),
        "user_id": "7",
        "user_name": "相談者",
        "category": "question",
        "request_id": uuid.uuid4(),
        "guild_id": "1",
        "channel_id": "2",
        "message_id": new_id(),
        "subject": SEALED,
        **changes,
    }


async def insert(connection: Session, table: str, row: dict[str, Any]) -> None:
    """Insert one row."""
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})",  # noqa: S608 - names of our own
        *row.values(),
    )


async def new_invitation(connection: Session, **changes: Any) -> str:
    """Insert an invitation and give its id."""
    row = invitation(**changes)
    await insert(connection, "invitations", row)
    return str(row["id"])
