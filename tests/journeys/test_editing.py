"""An edit of the end moves the moment at which an event ends by itself."""

from datetime import datetime, timedelta

import asyncpg

from playground import demo
from tests import builders
from tests.journeys.conftest import Whole, reschedule
from tests.stage import shown


async def due_at(whole: Whole, invitation_id: str, kind: str) -> datetime | None:
    connection = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    due: datetime | None = await connection.fetchval(
        "SELECT due_at FROM scheduler.deadlines WHERE subject_id = $1 AND kind = $2",
        invitation_id,
        kind,
    )
    await connection.close()
    return due


async def test_forms_move_the_deadlines(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="延びる会")
    first = await whole.row(invitation_id)
    for action, typed in (
        ("schedule", {"end_time": "3h"}),
        ("settings", {"reminder_minutes": "60"}),
    ):
        assert "変更しました" in await whole.fill_in_form(action, invitation_id, **typed)
    await whole.settled()
    later = first["end_time"] + timedelta(hours=1)
    assert (await whole.row(invitation_id))["end_time"] == later
    assert await due_at(whole, invitation_id, "close_invitation") == later
    reminds_at = first["start_time"] - timedelta(minutes=60)
    assert await due_at(whole, invitation_id, "remind_participants") == reminds_at


async def test_an_event_ends_at_the_new_end_and_comes_back_a_week_later(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="すぐ終わることになった会")
    options = {"id": invitation_id, "times": 1}
    slash = await whole.discord.slash("invite repeat", user=demo.SAKURA, options=options)
    assert "毎週繰り返します" in (await slash.answer(15))["content"]
    start = builders.soon()
    await reschedule(whole, invitation_id, start_time=start, end_time=start + timedelta(seconds=3))

    await whole.discord.wait_for_message(
        lambda m: m["id"] == invitation_id and m["embeds"][0]["author"]["name"] == "🏁 終了",
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=20,
    )
    row = await whole.row(invitation_id)
    assert row["status"] == "completed"
    assert row["updated_at"] >= row["end_time"] == start + timedelta(seconds=3)
    a_week_later = int((start + timedelta(days=7)).timestamp())
    await whole.discord.wait_for_message(
        lambda m: f"<t:{a_week_later}:F>" in shown(m) and "募集中" in shown(m),
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=20,
    )
