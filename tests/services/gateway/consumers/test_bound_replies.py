"""A reply answers the command of its press, about the member who pressed, and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from playground import demo
from playground.press import Press
from shared.broker import Broker
from shared.exchanges import REPLIES
from shared.messages.envelope import Answer, Envelope
from shared.messages.invitations.export import MemberExport
from shared.messages.replies import (
    CalendarsShown,
    CommandAccepted,
    DataExported,
    HistoryShown,
    SecretsRevealed,
)
from shared.sealing import Sealer
from tests.keys import SEALING_KEYS
from tests.services.gateway.consumers.test_events import reply_to
from tests.services.gateway.discord.test_clocks import acknowledged
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.stage import INSTANCE_LINK, Stage

SEALER = Sealer.of(SEALING_KEYS)


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish what a person with the credentials of invitations can publish."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()


async def refused(stage: Stage, broker: Broker, reason: str, reply: Answer) -> None:
    envelope = Envelope.first(reply)
    await broker.publish(REPLIES, envelope.name, envelope)
    await logged(stage, 1, "message.unproven", reason, str(envelope.id))


def answered(press: Press, command: str) -> dict[str, Any]:
    """Return the fields of an answer to たろう's press of Join that claims to be another's."""
    sealed = f"{demo.TARO} invitations.JoinInvitation {press.token}"
    return {"reply_to": reply_to(press.id, sealed), "command": f"invitations.{command}"}


def exported(user_id: str) -> MemberExport:
    return MemberExport(
        exported_at=datetime.now(UTC),
        user_id=user_id,
        hosted_invitations=[],
        participations=[],
        drafts=[],
        staff_of=[],
        audit_log=[],
    )


async def test_the_answer_to_one_command_is_never_that_to_another(
    stage: Stage, broker: Broker
) -> None:
    """H6: with each press in hand, a service could have anything opened or asked for."""
    await stage.create(event_name="返事がすり替わらない会")
    press = await acknowledged(stage)
    before = press.current()
    row = uuid4()
    link = SEALER.seal(INSTANCE_LINK, column="instance_link", row=str(row))
    replies = (
        SecretsRevealed(**answered(press, "RevealSecrets"), request_id=row, instance_link=link),
        HistoryShown(**answered(press, "ReadHistory"), entries=[]),
        DataExported(**answered(press, "ExportMyData"), export=exported(demo.TARO)),
        CommandAccepted(**answered(press, "EraseMyData"), details={"user_id": demo.TARO}),
        CommandAccepted(**answered(press, "CancelInvitation")),
    )
    for reply in replies:
        await refused(stage, broker, "wrong_command", reply)
    assert press.current() == before


async def test_no_answer_opens_the_calendar_or_the_data_of_another_member(
    stage: Stage, broker: Broker
) -> None:
    """Everybody who has the address of a calendar reads its member's history."""
    await stage.create(event_name="人の予定が見えない会")
    press = await acknowledged(stage)
    before = press.current()
    fields = answered(press, "JoinInvitation")
    token = SEALER.seal("secret", column="calendar_member", row=demo.HANAKO)
    shown = CalendarsShown(**fields, member_id=demo.HANAKO, guild_id=demo.GUILD_ID, member=token)
    await refused(stage, broker, "wrong_member", shown)
    hers = DataExported(**fields, export=exported(demo.HANAKO))
    await refused(stage, broker, "wrong_member", hers)
    assert press.current() == before
