"""Public events have numbers without a gap, whatever fails; the API gives them page by page."""

import asyncio
import json
import random
import signal
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage
from aiohttp import web
from aiohttp.test_utils import TestClient
from cloudevents.core.bindings import amqp
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from deploy.local.instance import free_ports
from services.invitations.feed import cloudevents
from services.invitations.feed.numbering import number
from services.invitations.sql import feed
from services.invitations.sql.feed import WINDOW
from shared import outbox
from shared.broker import Broker
from shared.database import Pool
from shared.exchanges import SEQUENCE
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import DraftDiscarded, MemberErased
from shared.relay import Relay
from shared.tasks import end
from tests.conftest import Site
from tests.processes import start
from tests.services.invitations.feeding import fill, joined, newest

Client = TestClient[web.Request, web.Application]
PUBLISHERS, EACH = 8, 25
BOUNDS = ("next", "oldest", "newest")
FORMAT = ("data", "datacontenttype")


async def publish(pool: Pool, invitation: int) -> None:
    """Commit the events of one invitation one after another, at the pace of the others or not."""
    for version in range(1, EACH + 1):
        async with pool.acquire() as connection, connection.transaction():
            event = Envelope.first(joined(version, id=str(invitation)))
            await outbox.append(connection, [event])
            # Ids of the outbox are committed in another order than they were given.
            await connection.execute("SELECT pg_sleep($1)", random.random() / 50)  # noqa: S311


async def die_while_numbering(site: Site) -> None:
    """Run a service that is killed between the numbers of a batch and its publishing."""
    environment = site.environment("invitations")
    environment |= {"HTTP_PORT": str(free_ports(1)[0]), "FAIL_POINT": "relay.numbered"}
    process = await start("services.invitations", environment=environment)
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL


def as_cloud_event(message: AbstractIncomingMessage) -> CloudEvent:
    """Read a message as CloudEvents' own library reads the binary mode."""
    properties = {"content-type": message.content_type}
    return amqp.from_binary_event(amqp.AMQPMessage(properties, message.headers, message.body))


async def test_numbers_have_no_gap_while_relays_compete_and_are_killed(site: Site) -> None:
    pool = await site.pool(connections=20)
    before = await newest(pool)
    heard: list[tuple[int, str, str, int]] = []
    broker = await Broker.connect(site.rabbitmq_url("gateway"))

    async def hear(message: AbstractIncomingMessage) -> None:
        event, sequence = as_cloud_event(message), message.headers[SEQUENCE]
        assert isinstance(sequence, int)
        version = json.loads(message.body)["body"]["invitation"]["version"]
        heard.append((sequence, event.get_id(), str(event.get_subject()), version))
        await message.ack()

    await broker.consume("gateway.events", hear, 100)
    async with asyncio.TaskGroup() as publishing:
        for invitation in range(PUBLISHERS):
            publishing.create_task(publish(pool, 1001 + invitation))
        await die_while_numbering(site)
        own = await Broker.connect(site.rabbitmq_url("invitations"))
        relays = [asyncio.create_task(Relay(pool, own, number=number).run()) for _ in range(3)]
    async with asyncio.timeout(60):
        while len({each[0] for each in heard}) < PUBLISHERS * EACH:  # noqa: ASYNC110 - the queue says nothing of its end
            await asyncio.sleep(0.05)
    await end(*relays)
    await own.close()
    await broker.close()

    numbers = {sequence: message_id for sequence, message_id, _, _ in heard}
    assert sorted(numbers) == [*range(before + 1, before + PUBLISHERS * EACH + 1)]
    assert len(set(numbers.values())) == len(numbers), "each event has one number"
    assert len({each[:2] for each in heard}) == len(numbers), "each number is of one event"
    stored = await pool.fetch("SELECT sequence, message_id FROM feed")
    assert {row[0]: str(row[1]) for row in stored} == numbers
    subjects = {each[2] for each in heard}
    assert subjects == {f"invitations/{1001 + number}" for number in range(PUBLISHERS)}
    for subject in subjects:
        ordered = [each[3] for each in sorted(heard) if each[2] == subject]
        assert ordered == sorted(ordered), "and numbers are in the order of an invitation's events"
    await pool.close()


async def test_a_number_is_visible_only_after_all_lower_ones(pool: Pool) -> None:
    """The one who numbers first is slow: the other one waits, and gets the numbers behind."""
    for _ in range(2):
        async with pool.acquire() as connection:
            await outbox.append(connection, [Envelope.first(joined())])
    ids = [row[0] for row in await pool.fetch("SELECT id FROM outbox ORDER BY id")]
    asked = [json.dumps([{"id": each, "guild_id": "1", "members": []}]) for each in ids]
    before = await newest(pool)
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.fetch(feed.NUMBER_EVENTS, asked[1])
        other = asyncio.create_task(feed.number(pool, asked[0]))
        async with asyncio.timeout(30):
            while not await pool.fetchval(  # noqa: ASYNC110 - PostgreSQL calls nobody
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
            ):
                await asyncio.sleep(0.01)
        assert not other.done()
        assert await newest(pool) == before
        await transaction.commit()
    assert await other == {ids[0]: before + 2}
    assert await feed.number(pool, asked[1]) == {ids[1]: before + 1}, "the second time as well"


async def shown(client: Client, **query: Any) -> dict[str, Any]:
    response = await client.get("/api/events", params=query)
    assert response.status == 200, await response.text()
    page: dict[str, Any] = await response.json()
    return page


async def walked(client: Client, **query: Any) -> list[int]:
    """Read pages until the newest."""
    found: list[int] = []
    page = await shown(client, **query)
    while True:
        found += [event["sequence"] for event in page["events"]]
        if page["next"] == page["newest"]:
            return found
        page = await shown(client, **{**query, "after": page["next"]})


async def test_pages_give_every_event_once_and_only_what_is_asked_for(
    pool: Pool, client: Client
) -> None:
    start = await newest(pool)
    discarded = DraftDiscarded(request_id=UUID(int=1))
    numbers = await fill(pool, joined(1), joined(1, guild_id="2"), discarded, *[joined()] * 150)
    assert numbers == [*range(start + 1, start + 154)]
    assert await walked(client, after=start) == numbers
    assert await walked(client, limit=7) == numbers, "without `after` from the oldest"
    assert await walked(client, after=start, guild="2") == [start + 2, start + 3]
    assert await walked(client, after=start, types="invitations.DraftDiscarded") == [start + 3]
    page = await shown(client, after=start, limit=1)
    stored = json.loads(await pool.fetchval("SELECT body FROM feed ORDER BY sequence LIMIT 1"))
    assert page["events"] == [{"sequence": start + 1, **stored}]


async def test_a_batch_says_of_each_event_what_its_headers_in_rabbitmq_say(
    pool: Pool, client: Client
) -> None:
    start = await newest(pool)
    events = (joined(), DraftDiscarded(request_id=UUID(int=1)), MemberErased(user_id="42"))
    numbers = await fill(pool, *events)
    page = await shown(client, after=start, limit=2)
    accept = {"Accept": cloudevents.BATCH}
    params = {"after": start, "limit": 2}
    response = await client.get("/api/events", params=params, headers=accept)
    batch = await response.json(content_type=cloudevents.BATCH)
    assert [each["data"] for each in batch] == page["events"]
    assert response.headers["Vary"] == "Accept"
    bounds = {name: int(response.headers[f"Doukikai-{name.title()}"]) for name in BOUNDS}
    assert bounds == {name: page[name] for name in BOUNDS}
    params = {"after": bounds["next"]}
    response = await client.get("/api/events", params=params, headers=accept)
    batch += await response.json(content_type=cloudevents.BATCH)
    assert [each["data"]["sequence"] for each in batch] == numbers
    for each in batch:
        read = JSONFormat().read(None, json.dumps(each))
        attributes = {key: value for key, value in each.items() if key not in FORMAT}
        headers = cloudevents.headers(each["data"])
        assert {f"cloudEvents:{key}": value for key, value in attributes.items()} == headers
        assert (read.get_type(), read.get_data()) == (each["data"]["name"], each["data"])
    draft = f"drafts/{UUID(int=1)}"
    assert [each["subject"] for each in batch] == ["invitations/1001", draft, "members/42"]


async def test_a_filter_that_nothing_fits_is_looked_through_in_parts(
    pool: Pool, client: Client
) -> None:
    [first, *_] = await fill(pool, joined())
    await pool.execute(
        "INSERT INTO feed (sequence, message_id, name, members, body)"
        " SELECT n, gen_random_uuid(), 'invitations.DraftDiscarded', '{}', '{}'"
        "   FROM generate_series($1::bigint, $2) AS n",
        first + 1,
        first + WINDOW,
    )
    await pool.execute("UPDATE feed_head SET last_sequence = $1", first + WINDOW)
    page = await shown(client, after=first - 1, types="invitations.MemberErased")
    assert (page["events"], page["next"]) == ([], first + WINDOW - 1)
    assert await walked(client, after=first - 1, types="invitations.MemberErased") == []


async def test_old_events_go_and_a_reader_from_before_hears_that_they_are_gone(
    pool: Pool, client: Client
) -> None:
    first, second, third = await fill(pool, joined(1), joined(2), joined(3))
    await pool.execute(
        "UPDATE feed SET numbered_at = now() - INTERVAL '30 days 1 s' WHERE sequence <= $1", second
    )
    async with pool.acquire() as connection:
        await feed.forget_old(connection)
    assert await walked(client) == [third]
    assert await walked(client, after=second) == [third]
    response = await client.get("/api/events", params={"after": first})
    problem = await response.json()
    assert (response.status, problem["type"]) == (410, "urn:doukikai:problem:events-not-kept")
    assert (problem["field"], problem["oldest"], problem["newest"]) == ("after", third, third)
    await pool.execute("UPDATE feed SET numbered_at = now() - INTERVAL '31 days'")
    async with pool.acquire() as connection:
        await feed.forget_old(connection)
    page = await shown(client)
    assert (page["events"], page["next"], page["oldest"]) == ([], third, third + 1)
    assert await fill(pool, joined(4)) == [third + 1], "no number comes twice"


async def test_a_number_that_was_never_given_is_refused(pool: Pool, client: Client) -> None:
    response = await client.get("/api/events", params={"after": await newest(pool) + 1})
    problem = await response.json()
    assert (response.status, problem["type"]) == (410, "urn:doukikai:problem:number-not-given")


async def test_a_wrong_question_to_the_feed_is_refused_with_its_field(client: Client) -> None:
    for query, field in (
        ({"after": "x"}, "after"),
        ({"after": "-1"}, "after"),
        ({"types": "invitations.JoinInvitation"}, "types"),
        ({"guild": "x"}, "guild"),
        ({"limit": "501"}, "limit"),
        ({"since": "1"}, "since"),
    ):
        response = await client.get("/api/events", params=query)
        assert (response.status, (await response.json())["field"]) == (400, field)
