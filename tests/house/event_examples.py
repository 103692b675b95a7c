"""An example of each public event: a message of the code, as the relay writes it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.invitations.feed import cloudevents
from shared.exchanges import POSITION, SEQUENCE
from shared.messages.envelope import Envelope, Message
from shared.messages.invitations.details import Details, InvitationState
from shared.messages.invitations.guilds import GuildView
from shared.messages.invitations.repairs import OwedRepair
from shared.messages.invitations.repetition import Repetition

START = datetime(2026, 12, 5, 12, 0, tzinfo=UTC)
GUILD, CHANNEL, THREAD = "1290000000000000001", "1290000000000000002", "1300000000000000003"
HOST, MEMBER, STAFF = "400000000000000004", "400000000000000005", "400000000000000006"
DETAILS: dict[str, Any] = {
    "event_name": "夜の同期会",
    "start_time": START,
    "end_time": START + timedelta(hours=2),
    "world_name": "Japan Street",
    "world_link": "https://vrchat.com/home/world/wrld_4432ea9b-729c-46e3-8eaf-846aa0a37fdd",
    "tag": "まったり",
    "description": "のんびり話しましょう。",
    "instance_type": "friendplus",
    "max_participants": 8,
}
STATE = InvitationState(
    **DETAILS,
    id=THREAD,
    version=3,
    guild_id=GUILD,
    channel_id=CHANNEL,
    thread_id=THREAD,
    host_id=HOST,
    host_name="さくら",
    status="recruiting",
    joined_count=1,
)
FIELDS: dict[str, Any] = {
    "invitation": STATE,
    "details": Details(**DETAILS),
    "before": Details(**{**DETAILS, "world_name": "Kyoto"}),
    "changed": ["world_name"],
    "guild": GuildView(guild_id=GUILD, announcement_channel_id=CHANNEL, version=2),
    "guild_id": GUILD,
    "channel_id": CHANNEL,
    "message_id": THREAD,
    "invitation_id": THREAD,
    "before_id": THREAD,
    "request_id": UUID("019ae0f5-8b00-7000-8000-000000000001"),
    "user_id": MEMBER,
    "user_name": "たろう",
    "user_ids": [MEMBER],
    "host_id": HOST,
    "host_name": "さくら",
    "staff_id": STAFF,
    "staff_name": "みどり",
    "gave_up": "joined",
    "reason": "都合により中止します。",
    "texts": ["集合は入口です"],
    "owed": [OwedRepair(kind="thread", code="missing_permissions", missing=["manage_threads"])],
    "repetition": Repetition(times=4),
}


def example(message: type[Message]) -> dict[str, Any]:
    """Return headers and payload of an event."""
    fields = {key: value for key, value in FIELDS.items() if key in message.model_fields}
    envelope = Envelope(
        id=UUID("019ae0f5-8b01-7000-8000-000000000002"),
        name=message.wire_name(),
        correlation_id=UUID("019ae0f5-8b00-7000-8000-000000000003"),
        causation_id=UUID("019ae0f5-8b00-7000-8000-000000000003"),
        sent_at=START - timedelta(days=1),
        body=message(**fields),
    )
    payload = json.loads(envelope.to_json())
    headers = {POSITION: 24117248, SEQUENCE: 42, **cloudevents.headers(payload)}
    return {"name": message.__name__, "headers": headers, "payload": payload}
