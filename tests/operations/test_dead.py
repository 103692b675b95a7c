"""Dead letters: seen without being touched, replayed without being lost, dropped if one is sure."""

import asyncio
import signal
from typing import Any

import aio_pika

from deploy.local.instance import free_ports
from shared.broker import Broker
from shared.exchanges import DEAD, EVENTS, own_exchange
from shared.messages.envelope import Envelope, Message
from shared.messages.invitations.commands import JoinInvitation
from shared.messages.invitations.events import InvitationCancelled
from shared.messages.registry import read
from shared.messages.replies import CommandAccepted
from shared.messages.tickets.commands import RequestTicket
from shared.origins import ORIGIN, origin_of
from shared.proofs import GATEWAY, PROOF
from tests import builders
from tests.builders import SEALED
from tests.conftest import Site
from tests.keys import KEYS
from tests.operations.command import Ended, doukikai
from tests.operations.processes import service
from tests.services.invitations.telling import say
from tests.services.scheduler.stories import state

INVITATIONS, TICKETS = "invitations.commands", "tickets.commands"

# Both handled, and both answers with the broker.
SETTLED = """
SELECT count(*) = 2 AND NOT EXISTS (SELECT FROM outbox) FROM inbox
 WHERE message_name = 'invitations.JoinInvitation'
"""


async def die(site: Site, *bodies: Message, queue: str = INVITATIONS) -> list[Envelope]:
    """Let messages be dead letters, as a consumer buries them."""
    envelopes = [Envelope.first(body) for body in bodies]
    service = queue.partition(".")[0]
    broker = await Broker.connect(site.rabbitmq_url(service))
    for envelope in envelopes:
        marks = {"x-queue": queue, "x-error": "ValueError", "x-dead-at": "2026-11-23T12:00:00Z"}
        proof = KEYS[GATEWAY].prove(GATEWAY, service, envelope.to_json().encode())
        await broker.publish(DEAD, envelope.name, envelope, {**marks, PROOF: proof or ""})
    await broker.close()
    return envelopes


def join(number: int = 0) -> JoinInvitation:
    return JoinInvitation(
        actor=builders.member(number), invitation_id="1", reply_to=builders.reply_to()
    )


async def run(site: Site, *words: str, typed: str = "", **changes: str) -> Ended:
    environment = {"RABBITMQ_URL": site.rabbitmq_url("operations")} | changes
    return await doukikai("dead", *words, typed=typed, **environment)


async def listed(site: Site, *words: str) -> list[str]:
    return [each["id"] for each in (await run(site, "list", "--json", *words)).data]


async def leave(_letter: aio_pika.abc.AbstractIncomingMessage) -> None:
    """Keep a letter in hand."""


async def waiting(site: Site, name: str) -> list[aio_pika.abc.AbstractIncomingMessage]:
    """Take what lies in a queue."""
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        queue = await (await connection.channel()).get_queue(name)
        arrived: asyncio.Queue[Any] = asyncio.Queue()
        await queue.consume(arrived.put, no_ack=True)  # a single active consumer excludes basic.get
        async with asyncio.timeout(30):
            return [await arrived.get() for _ in range(queue.declaration_result.message_count or 0)]


async def test_looking_takes_nothing_away_and_opens_nothing(site: Site) -> None:
    joins = await die(site, *(join(number) for number in range(5)))
    ticket = RequestTicket(
        actor=builders.MEMBER,
        request_id="11111111-1111-4111-8111-111111111111",
        guild_id="1",
        channel_id="2",
        category="other",
        subject=SEALED,
        details=SEALED,
    )
    [asked] = await die(site, ticket, queue=TICKETS)
    ids = [str(each.id) for each in (*joins, asked)]

    assert [await listed(site) for _ in range(2)] == [ids, ids], "in their order, twice"
    assert await listed(site, "--name", "RequestTicket") == [str(asked.id)]
    assert await listed(site, "--queue", INVITATIONS, "--older-than", "1s") == ids[:5]
    table = await run(site, "list")
    assert (table.code, "tickets.RequestTicket" in table.output) == (0, True)
    shown = await run(site, "show", str(asked.id))
    assert ("sealed under key k1" in shown.output, SEALED in shown.output) == (True, False)
    assert (await run(site, "show", "nothing")).errors == (
        "No dead letter's id begins with nothing.\n"
    )


async def test_a_replay_that_crashes_is_felt_by_nobody(site: Site) -> None:
    """Killed after its queue has the letter and before the dead letters have lost it."""
    pool = await site.pool()
    draft = builders.draft()
    await say(pool, draft)
    await say(pool, builders.publish(draft.request_id, "1"))
    await pool.execute("DELETE FROM outbox")
    [letter, other] = await die(site, join(), join(1))

    killed = await run(site, "replay", str(letter.id), FAIL_POINT="dead.replayed")
    assert killed.code == -signal.SIGKILL
    assert await listed(site) == [str(letter.id), str(other.id)], "it is in both places"
    done = await run(site, "replay", "--name", "JoinInvitation", "--json")
    assert done.data == {"replayed": [str(letter.id), str(other.id)], "stranded": []}
    assert await listed(site) == []

    [port] = free_ports(1)
    environment = {**site.environment("invitations"), "HTTP_PORT": str(port)}
    async with service("invitations", port, environment), asyncio.timeout(30):
        while not await pool.fetchval(SETTLED):  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.05)
    assert await pool.fetchval("SELECT joined_count FROM invitations") == 2
    answers = [read(each.body).body for each in await waiting(site, "gateway.replies")]
    assert [type(answer) for answer in answers] == [CommandAccepted, CommandAccepted]
    await pool.close()


async def test_a_replayed_dead_letter_equals_the_original_message(site: Site) -> None:
    [letter] = await die(site, join())
    await die(site, join(1), queue="invitations.gone")
    ended = await run(site, "replay", "--all")
    assert (ended.code, ended.output) == (1, "Replayed: 1.\n")
    assert ended.errors.startswith("No queue to go back to, so they stay: ")
    [again] = await waiting(site, INVITATIONS)
    assert read(again.body) == letter
    assert (again.message_id, again.type) == (str(letter.id), letter.name)
    assert again.headers.keys() - {"x-delivery-count"} == {ORIGIN, PROOF}
    assert len(await listed(site)) == 1


async def test_dropping_asks_first_and_never_guesses_which_letters_are_meant(site: Site) -> None:
    first, second = await die(site, join(), join(1))
    assert (await run(site, "drop")).errors.startswith("Say which: ")
    assert (await run(site, "drop", "", "--yes")).errors.startswith("An id is empty; ")
    refused = await run(site, "drop", "--all", typed="n\n")
    assert (refused.code, "Delete 2 dead letters" in refused.errors) == (1, True)
    assert len(await listed(site)) == 2
    assert (await run(site, "drop", str(first.id), typed="y\n")).output.strip() == "Dropped: 1."
    assert await listed(site) == [str(second.id)]
    assert (await run(site, "drop", "--all", "--yes")).output == "Dropped: 1.\n"
    assert (await run(site, "list")).output == "No dead letters.\n"


async def test_an_error_that_the_operator_can_mend_is_one_sentence(site: Site) -> None:
    await die(site, join())
    url = site.rabbitmq_url("operations")
    wrong = await run(site, "list", RABBITMQ_URL=url.replace("operations:", "operations:x"))
    assert (wrong.code, wrong.errors) == (
        1,
        "RABBITMQ_URL is wrong: user or password is refused.\n",
    )
    stranger = await run(site, "list", RABBITMQ_URL=site.rabbitmq_url("gateway"))
    assert stranger.errors == "The user in RABBITMQ_URL may not read doukikai.dead.\n"
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("doukikai.dead")
        await queue.consume(leave)
        assert (await run(site, "list")).errors.startswith("Another operator is reading")


async def test_a_service_cannot_have_a_letter_replayed_into_anothers_queue(site: Site) -> None:
    """H1: a forged dead letter waits for an operator who replays everything."""
    broker = await Broker.connect(site.rabbitmq_url("tickets"))
    for queue in (INVITATIONS, "gateway.events", "scheduler.events"):
        marks = {"x-queue": queue, ORIGIN: "doukikai.events.invitations", "x-error": "ValueError"}
        envelope = Envelope.first(join())
        await broker.publish(DEAD, envelope.name, envelope, marks)
    await broker.close()
    ended = await run(site, "replay", "--all", "--json")
    assert (ended.code, len(ended.data["stranded"]), ended.data["replayed"]) == (1, 3, [])
    assert await waiting(site, INVITATIONS) == []
    assert await waiting(site, "gateway.events") == []


async def test_a_letter_of_rabbitmqs_own_says_truly_where_it_came_from(site: Site) -> None:
    """What its publisher wrote into the headers counts for nothing."""
    claims = {ORIGIN: "doukikai.events.invitations", "x-queue": INVITATIONS}
    broker = await Broker.connect(site.rabbitmq_url("tickets"))
    await broker.publish(EVENTS, "tickets.TicketClosed", "{}", claims, message_id="forged")
    await broker.close()
    async with await aio_pika.connect(site.rabbitmq_url("gateway")) as connection:
        arrived: asyncio.Queue[Any] = asyncio.Queue()
        queue = await (await connection.channel()).get_queue("gateway.events.tickets")
        await queue.consume(arrived.put)
        async with asyncio.timeout(30):
            await (await arrived.get()).reject(requeue=False)
            while not (listed_now := (await run(site, "list", "--json")).data):
                pass
    assert [each["queue"] for each in listed_now] == ["gateway.events.tickets"]
    assert (await run(site, "replay", "--all")).output == "Replayed: 1.\n"
    [replayed] = await waiting(site, "gateway.events.tickets")
    assert origin_of(replayed) == "doukikai.events.tickets"


async def test_a_replay_follows_no_address_that_a_hostile_publisher_wrote(site: Site) -> None:
    """RabbitMQ delivers a message to each queue that its header CC names."""
    event = Envelope.first(
        InvitationCancelled(invitation=state(1, 2, builders.soon(hours=1), "cancelled"), reason="")
    )
    marks = {"x-queue": "scheduler.events", ORIGIN: own_exchange(EVENTS, "invitations")}
    async with await aio_pika.connect(site.rabbitmq_url("scheduler")) as connection:
        dead = await (await connection.channel()).get_exchange(f"{DEAD}.scheduler", ensure=False)
        message = aio_pika.Message(
            event.to_json().encode(),
            message_id=str(event.id),
            type=event.name,
            headers={**marks, "CC": ["gateway.events", "gateway.replies", INVITATIONS]},
        )
        await dead.publish(message, "")
    assert (await run(site, "replay", "--all")).code == 0
    [replayed] = await waiting(site, "scheduler.events")
    assert set(replayed.headers) == {ORIGIN}
    for queue in ("gateway.events", "gateway.replies", INVITATIONS):
        assert await waiting(site, queue) == []


async def test_a_letter_cannot_write_to_the_terminal_of_its_reader(site: Site) -> None:
    async with await aio_pika.connect(site.rabbitmq_url("scheduler")) as connection:
        dead = await (await connection.channel()).get_exchange(f"{DEAD}.scheduler", ensure=False)
        marks = {"x-queue": "scheduler.events", "x-error": "\x1b[2J"}
        await dead.publish(aio_pika.Message(b"{}", message_id="x[/nope]", headers=marks), "")
    shown = await run(site, "list")
    assert "x[/nope]" in shown.output
    assert "\x1b" not in shown.output
