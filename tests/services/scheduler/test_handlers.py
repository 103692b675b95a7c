from datetime import UTC, datetime

import asyncpg

from deploy.local.rabbitmq import definitions
from services.scheduler.handlers import HANDLERS, handle
from services.scheduler.ticker import Ticker
from shared.database import Pool
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope, new_id
from shared.messages.invitations.events import AnnouncementOrphaned, DraftDiscarded
from shared.messages.tickets.events import TicketEvent
from tests.services.scheduler.stories import cancelled, completed, edited, from_now, published


async def row(pool: Pool) -> asyncpg.Record:
    found = await pool.fetch("SELECT * FROM deadlines WHERE kind = 'close_invitation'")
    assert len(found) == 1
    return found[0]


async def fire(pool: Pool) -> int:
    return await Ticker(pool, lambda: None).fire_batch()


def test_the_queue_is_bound_to_the_events_that_set_a_deadline() -> None:
    bound = {
        each["routing_key"]
        for each in definitions()["bindings"]
        if each["destination"].startswith("scheduler.events") and each["source"].startswith(EVENTS)
    }
    wanted = {event.wire_name() for event in HANDLERS if not issubclass(event, TicketEvent)}
    assert bound == {*wanted, "tickets.#"}


async def test_a_published_invitation_waits_for_its_end_time(pool: Pool) -> None:
    event = published(7, from_now(60))
    assert await handle(event, pool) == "done"
    kept = await row(pool)
    assert (kept["kind"], kept["subject_id"], kept["version"]) == ("close_invitation", "7", 1)
    assert kept["due_at"] == event.body.model_dump()["invitation"]["end_time"]
    assert kept["correlation_id"] == event.correlation_id
    assert kept["fired_at"] is None


async def test_a_newer_version_moves_the_deadline_either_way(pool: Pool) -> None:
    for version, seconds in ((1, 60), (2, 90), (3, 30)):
        end_time = from_now(seconds)
        await handle(edited(7, end_time, version), pool)
        assert (await row(pool))["due_at"] == end_time


async def test_an_older_version_never_moves_a_deadline_back(pool: Pool) -> None:
    end_time = from_now(90)
    await handle(edited(7, end_time, version=5), pool)
    await handle(edited(7, from_now(30), version=4), pool)
    await handle(published(7, from_now(30)), pool)
    kept = await row(pool)
    assert (kept["due_at"], kept["version"]) == (end_time, 5)


async def test_a_repeated_event_changes_nothing(pool: Pool) -> None:
    event = published(7, from_now(60))
    assert [await handle(event, pool) for _ in range(2)] == ["done", "repeated"]


async def test_the_story_is_that_of_the_event_which_chose_the_moment(pool: Pool) -> None:
    end_time = from_now(60)
    first, second = published(7, end_time), edited(7, end_time, version=2)
    moved = edited(7, from_now(90), version=3)
    stories = []
    for event in (first, second, moved):
        await handle(event, pool)
        stories.append((await row(pool))["correlation_id"])
    assert stories == [first.correlation_id, first.correlation_id, moved.correlation_id]


async def test_a_final_invitation_never_fires(pool: Pool) -> None:
    for final in (cancelled, completed):
        await pool.execute("DELETE FROM deadlines")
        await handle(published(7, from_now(-1)), pool)
        await handle(final(7, from_now(-1), version=2), pool)
        assert await fire(pool) == 0


async def test_an_event_from_before_does_not_wake_a_cleared_deadline(pool: Pool) -> None:
    await handle(cancelled(7, from_now(-1), version=3), pool)
    await handle(published(7, from_now(-1)), pool)
    await handle(edited(7, from_now(-1), version=2), pool)
    assert await fire(pool) == 0


async def test_a_late_clearing_does_not_undo_a_newer_moment(pool: Pool) -> None:
    await handle(edited(7, from_now(-1), version=3), pool)
    await handle(cancelled(7, from_now(-1), version=2), pool)
    assert await fire(pool) == 2, "the end, and the start before it"


async def test_a_fired_deadline_stays_fired_when_its_invitation_ends(pool: Pool) -> None:
    end_time = from_now(-1)
    await handle(published(7, end_time), pool)
    await fire(pool)
    fired_at = (await row(pool))["fired_at"]
    await handle(completed(7, end_time, version=2), pool)
    kept = await row(pool)
    assert (kept["due_at"], kept["fired_at"], kept["version"]) == (end_time, fired_at, 2)


async def test_a_join_after_the_end_does_not_fire_again_but_a_new_end_time_does(
    pool: Pool,
) -> None:
    end_time = from_now(-1)
    await handle(published(7, end_time), pool)
    fired = [await fire(pool)]
    await handle(edited(7, end_time, version=2), pool)
    fired.append(await fire(pool))
    await handle(edited(7, from_now(-0.5), version=3), pool)
    fired.append(await fire(pool))
    assert fired == [2, 0, 2], "the end, and the start an hour before it"


async def test_events_about_drafts_pass_quietly(pool: Pool) -> None:
    orphaned = AnnouncementOrphaned(request_id=new_id(), channel_id="1", message_id="2")
    for body in (orphaned, DraftDiscarded(request_id=new_id())):
        assert await handle(Envelope.first(body), pool) == "done"
    assert await pool.fetchval("SELECT count(*) FROM deadlines") == 0


async def test_a_moment_finer_than_a_millisecond_is_kept_as_the_owner_keeps_it(
    pool: Pool,
) -> None:
    """Same column type, same rounding: the owner's own comparison agrees with ours."""
    end_time = datetime(2030, 1, 1, 12, 0, 0, 123_456, tzinfo=UTC)
    await handle(published(7, end_time), pool)
    assert (await row(pool))["due_at"] == end_time.replace(microsecond=123_000)
    await handle(edited(7, end_time, version=2), pool)
    assert (await row(pool))["version"] == 2
