"""The gateway asks on, and opens texts, only for the member and the command of the press."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aio_pika
import disnake
import pytest

from playground import demo
from services.gateway.features.privacy.data import MemberData
from shared.messages.envelope import Actor, Envelope, ReplyTo
from shared.messages.invitations.mine import ExportMyData
from shared.messages.registry import read
from shared.messages.replies import CommandAccepted
from shared.messages.replies import DataExported as Everything
from shared.messages.tickets.export import OwnRequest, TicketsExport
from shared.messages.tickets.replies import DataExported
from shared.proofs import Unproven
from shared.sealing import Sealer
from tests.conftest import Site
from tests.keys import SEALING_KEYS, publisher
from tests.services.gateway.consumers.test_bound_replies import exported as member_export
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
EXPORT, ERASE = "ExportMyData", "EraseMyData"
SEALER = Sealer.of(SEALING_KEYS)


def to_taro(command: str = "", **age: float) -> ReplyTo:
    """Return where the answer to たろう's press goes; without a command, as older gateways do."""
    pressed_at = datetime.now(UTC) - timedelta(**age)
    words = [demo.TARO, command, "token"]
    return reply_to(str(disnake.utils.time_snowflake(pressed_at)), " ".join(filter(None, words)))


@pytest.fixture
async def member_data(site: Site) -> AsyncIterator[MemberData]:
    broker = await publisher(site.rabbitmq_url("gateway"))
    yield MemberData(SEALER, broker)
    await broker.close()


async def asked(site: Site, queue: str) -> int:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        found = await (await connection.channel()).declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0


def exported(
    user_id: str, to: ReplyTo, command: str = f"tickets.{EXPORT}", export: TicketsExport = NOTHING
) -> tuple[Envelope, DataExported]:
    """Return what the tickets service, or who has its password, says is stored of a member."""
    actor = Actor(user_id=user_id, name="だれか")
    body = DataExported(reply_to=to, command=command, actor=actor, export=export)
    return Envelope.first(body), body


def erased(user_id: str, to: ReplyTo) -> tuple[Envelope, CommandAccepted]:
    command, details = f"invitations.{ERASE}", {"user_id": user_id}
    body = CommandAccepted(reply_to=to, command=command, details=details)
    return Envelope.first(body), body


async def waiting(site: Site) -> list[int]:
    return [await asked(site, f"{name}.commands") for name in ("invitations", "tickets")]


async def test_a_follow_up_command_is_about_the_member_who_pressed(
    site: Site, member_data: MemberData
) -> None:
    """Otherwise the gateway would prove a command about any member whom a service names."""
    export_press, erase_press = to_taro(f"tickets.{EXPORT}"), to_taro(f"invitations.{ERASE}")
    with pytest.raises(Unproven, match="wrong_member"):
        await member_data.go_on_with_tickets(*exported(demo.HANAKO, export_press))
    with pytest.raises(Unproven, match="wrong_member"):
        await member_data.erase_on(*erased(demo.HANAKO, erase_press))
    assert await waiting(site) == [0, 0]

    await member_data.go_on_with_tickets(*exported(demo.TARO, export_press))
    assert await member_data.erase_on(*erased(demo.TARO, erase_press))
    assert await waiting(site) == [1, 1]


async def test_a_follow_up_command_needs_a_press_of_that_command(
    site: Site, member_data: MemberData
) -> None:
    """H6: a press of Join, answered as an erasure, had the gateway prove one to tickets."""
    for other in ("invitations.JoinInvitation", f"tickets.{EXPORT}", f"tickets.{ERASE}"):
        with pytest.raises(Unproven, match="wrong_command"):
            await member_data.erase_on(*erased(demo.TARO, to_taro(other)))
    for other in ("tickets.ClaimTicket", f"invitations.{EXPORT}"):
        with pytest.raises(Unproven, match="wrong_command"):
            await member_data.go_on_with_tickets(*exported(demo.TARO, to_taro(other)))
    assert await waiting(site) == [0, 0]


async def test_an_answer_that_was_kept_leads_to_no_second_erasure(
    site: Site, member_data: MemberData
) -> None:
    """The inbox knows the id for thirty days, and after them the gateway asks no more."""
    to = to_taro(f"invitations.{ERASE}", days=29)
    for _ in range(2):
        assert await member_data.erase_on(*erased(demo.TARO, to))
    with pytest.raises(Unproven, match="too_late"):
        await member_data.erase_on(*erased(demo.TARO, to_taro(f"invitations.{ERASE}", days=31)))
    first, second = await taken(site, "tickets", 2)
    assert first.id == second.id


async def test_a_press_of_an_older_gateway_leads_on_for_fifteen_minutes(
    site: Site, member_data: MemberData
) -> None:
    """Its token names no command: a service that kept one could use it for any."""
    assert await member_data.erase_on(*erased(demo.TARO, to_taro(minutes=14)))
    with pytest.raises(Unproven, match="too_late"):
        await member_data.erase_on(*erased(demo.TARO, to_taro(minutes=16)))
    assert await waiting(site) == [0, 1]


async def test_only_the_texts_that_tickets_has_exported_for_this_press_are_opened(
    site: Site, member_data: MemberData
) -> None:
    """M3: invitations answered with the texts that it had seen in another member's export."""
    hers, his = written("たろうさんに追われています"), written("合言葉を忘れました")
    press = to_taro(f"tickets.{EXPORT}")
    await member_data.go_on_with_tickets(*exported(demo.TARO, press, export=his))
    [asked_for] = await taken(site, "invitations", 1)
    assert isinstance(asked_for.body, ExportMyData)
    to = asked_for.body.reply_to
    assert to is not None
    _, text = member_data.file(answer(to, asked_for.body.tickets), "ja")
    assert "合言葉を忘れました" in text
    others = (to, to_taro(f"invitations.{EXPORT}"), to_taro("invitations.ReadHistory"))
    for other, command in zip(others, (EXPORT, EXPORT, "ReadHistory"), strict=True):
        with pytest.raises(Unproven, match="wrong_export"):
            member_data.file(answer(other, hers, command), "ja")
    mixed = his.model_copy(update={"requests": [*his.requests, *hers.requests]})
    with pytest.raises(Unproven, match="wrong_export"):
        member_data.file(answer(to, mixed), "ja")


def test_no_part_of_an_export_is_about_another_member(member_data: MemberData) -> None:
    _, hers = exported(demo.HANAKO, to_taro(f"tickets.{EXPORT}"))
    with pytest.raises(Unproven, match="wrong_member"):
        member_data.file_of_tickets(hers, "ja")


def written(details: str) -> TicketsExport:
    """Return the export of a member who has asked for a ticket."""
    request_id = uuid4()
    row = str(request_id)
    asked = OwnRequest(
        request_id=request_id,
        guild_id=demo.GUILD_ID,
        channel_id=demo.CHAT_CHANNEL_ID,
        user_name="だれか",
        category="trouble",
        subject=SEALER.seal("困っています", column="ticket_subject", row=row),
        details=SEALER.seal(details, column="ticket_details", row=row),
        created_at=datetime.now(UTC),
    )
    return NOTHING.model_copy(update={"requests": [asked]})


def answer(to: ReplyTo, tickets: TicketsExport | None, command: str = EXPORT) -> Everything:
    """Return what the invitations service answers たろう's press with."""
    return Everything(
        reply_to=to,
        command=f"invitations.{command}",
        export=member_export(demo.TARO),
        tickets=tickets,
    )


async def taken(site: Site, owner: str, count: int) -> list[Envelope]:
    """Return the commands that wait for a service."""
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        queue = await (await connection.channel()).get_queue(f"{owner}.commands", ensure=False)
        async with queue.iterator(no_ack=True, timeout=30) as waiting:
            return [read((await anext(waiting)).body) for _ in range(count)]
