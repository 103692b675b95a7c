"""The gateway sends follow-up commands only about the member who pressed."""

from collections.abc import AsyncIterator

import aio_pika
import pytest

from playground import demo
from services.gateway.features.privacy.data import MemberData
from shared.messages.envelope import Actor, Envelope
from shared.messages.replies import CommandAccepted
from shared.messages.tickets.export import TicketsExport
from shared.messages.tickets.replies import DataExported
from shared.proofs import Unproven
from shared.sealing import Sealer
from tests.conftest import Site
from tests.keys import SEALING_KEYS, publisher
from tests.services.gateway.consumers.test_events import reply_to

NOTHING = TicketsExport(
    tickets=[],
    requests=[],
    staff_of=[],
    closed_by_member=[],
    added_to=[],
    removed_from=[],
    audit_log=[],
)
TO_TARO = reply_to("1", f"{demo.TARO} token")


@pytest.fixture
async def member_data(site: Site) -> AsyncIterator[MemberData]:
    broker = await publisher(site.rabbitmq_url("gateway"))
    yield MemberData(Sealer.of(SEALING_KEYS), broker)
    await broker.close()


async def asked(site: Site, queue: str) -> int:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        found = await (await connection.channel()).declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0


def exported(user_id: str) -> Envelope:
    """Return what the tickets service, or who has its password, says is stored of a member."""
    body = DataExported(
        reply_to=TO_TARO,
        command="tickets.ExportMyData",
        actor=Actor(user_id=user_id, name="だれか"),
        export=NOTHING,
    )
    return Envelope.first(body)


def erased(user_id: str) -> Envelope:
    body = CommandAccepted(
        reply_to=TO_TARO, command="invitations.EraseMyData", details={"user_id": user_id}
    )
    return Envelope.first(body)


async def test_a_follow_up_command_is_about_the_member_who_pressed(
    site: Site, member_data: MemberData
) -> None:
    """Otherwise the gateway would prove a command about any member whom a service names."""
    export, erasure = exported(demo.HANAKO), erased(demo.HANAKO)
    assert isinstance(export.body, DataExported)
    assert isinstance(erasure.body, CommandAccepted)
    with pytest.raises(Unproven, match="wrong_member"):
        await member_data.go_on_with_tickets(export, export.body)
    with pytest.raises(Unproven, match="wrong_member"):
        await member_data.erase_on(erasure, erasure.body)
    assert [await asked(site, f"{name}.commands") for name in ("invitations", "tickets")] == [0, 0]

    export, erasure = exported(demo.TARO), erased(demo.TARO)
    assert isinstance(export.body, DataExported)
    assert isinstance(erasure.body, CommandAccepted)
    await member_data.go_on_with_tickets(export, export.body)
    assert await member_data.erase_on(erasure, erasure.body)
    assert [await asked(site, f"{name}.commands") for name in ("invitations", "tickets")] == [1, 1]
