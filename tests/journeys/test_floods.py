"""A service that was taken over floods what it may write to, and nobody else's members wait."""

import itertools
import time
from collections.abc import AsyncIterator, Iterator, Mapping

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from deploy.local.servers import Servers
from playground import demo
from shared.exchanges import COMMANDS, DELAYS, EVENTS, REPLIES, own_exchange
from shared.messages.envelope import Envelope
from shared.messages.replies import CommandAccepted
from tests.composed import IS_COMPOSED, not_here
from tests.journeys import ticketing
from tests.journeys.conftest import Whole, local
from tests.services.gateway.consumers.test_events import reply_to

MESSAGES = 20_000
AWAY_SECONDS = 5.0  # what issue 22 allows
# Where each attacker may write, under which keys, and in which queues that arrives.
FLOODS = {
    "tickets": [
        (REPLIES, "replies.CommandAccepted", ["gateway.replies.tickets"]),
        (EVENTS, "tickets.TicketClosed", ["gateway.events.tickets", "scheduler.events.tickets"]),
    ],
    "scheduler": [
        (COMMANDS, "invitations.CloseInvitation", ["invitations.commands.scheduler"]),
        (COMMANDS, "tickets.CloseTicket", ["tickets.commands.scheduler"]),
    ],
    "invitations": [
        (REPLIES, "replies.CommandAccepted", ["gateway.replies"]),
        (EVENTS, "invitations.InvitationEdited", ["gateway.events", "scheduler.events"]),
    ],
}


@pytest.fixture(scope="module")
async def flooded(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Whole]:
    """Give a stage of its own: what floods it leaves in its queues means nothing."""
    if IS_COMPOSED:
        not_here("a flood would hold up the tests after it")
    async with local(servers, tmp_path_factory.mktemp("logs")) as whole:
        yield whole


def bodies(attacker: str) -> Iterator[bytes]:
    """Return rubbish and, from a service that may reply, an answer to a press that nobody made."""
    forged = CommandAccepted(reply_to=reply_to("1"), command="invitations.JoinInvitation")
    return itertools.cycle([b"{", Envelope.first(forged).to_json().encode(), attacker.encode()])


async def flood(channel: AbstractChannel, attacker: str) -> set[str]:
    """Publish as fast as RabbitMQ takes it; give the queues that it arrives in."""
    underlay = await channel.get_underlay_channel()
    for (exchange, key, _), body in zip(
        itertools.cycle(FLOODS[attacker]),
        itertools.islice(bodies(attacker), MESSAGES),
        strict=False,
    ):
        await underlay.basic_publish(
            body, exchange=own_exchange(exchange, attacker), routing_key=key, wait=False
        )
    return {queue for _, _, queues in FLOODS[attacker] for queue in queues}


async def waiting(channel: AbstractChannel, queues: set[str]) -> dict[str, int]:
    """Return how many messages wait in queues."""
    found = [await channel.declare_queue(each, passive=True) for each in sorted(queues)]
    return {each.name: each.declaration_result.message_count or 0 for each in found}


async def purge(channel: AbstractChannel, queues: Mapping[str, int]) -> None:
    """Take a flood out of its queues, and out of their delays."""
    for queue in queues:
        for each in (queue, *(f"doukikai.retry.{queue}.{delay}" for delay in DELAYS)):
            await (await channel.get_queue(each, ensure=False)).purge()


class Members:
    """What members do meanwhile: a press for each service."""

    def __init__(self, whole: Whole, who: str, invitation_id: str, panel_id: str) -> None:
        self.whole, self.who = whole, who
        self.invitation_id, self.panel_id = invitation_id, panel_id

    async def invitations(self) -> None:
        """Join an event, and see its announcement change."""
        answer = await self.whole.press("join", self.invitation_id, self.who)
        assert "参加しました" in answer["content"]
        await self.whole.shows(self.invitation_id, "1 / 2")

    async def tickets(self) -> None:
        """Open a ticket."""
        await ticketing.opened(self.whole, self.who, self.panel_id)


@pytest.mark.parametrize(
    ("attacker", "who"), [*zip(FLOODS, (demo.TARO, demo.HANAKO, demo.JIRO), strict=True)]
)
async def test_a_flood_of_one_service_delays_no_other(
    flooded: Whole, attacker: str, who: str
) -> None:
    """H: 440 forged replies a second delayed answers by 35 seconds, rubbish delayed joins by 12."""
    url = flooded.servers.rabbitmq_url(attacker, flooded.name)
    operator = flooded.servers.rabbitmq_url("operator", flooded.name)
    invitation_id = await flooded.create(event_name="洪水の中の会")
    members = Members(flooded, who, invitation_id, await ticketing.panel(flooded))
    async with await aio_pika.connect(url) as attacking, await aio_pika.connect(operator) as seeing:
        watching = await seeing.channel()
        queues = await flood(await attacking.channel(publisher_confirms=False), attacker)
        waits = {}
        for service in {"invitations", "tickets"} - {attacker}:
            began = time.monotonic()
            await getattr(members, service)()
            waits[service] = round(time.monotonic() - began, 2)
        left = await waiting(watching, queues)
        await purge(watching, left)
    assert all(left.values()), "the flood was over before"
    assert max(waits.values()) < AWAY_SECONDS, waits
