"""A member's own pages: their history, edited in place, and calendars if they are offered."""

from datetime import timedelta

import asyncpg

from playground import demo
from tests import builders
from tests.schema.rows import insert, invitation, participant
from tests.services.gateway.features.lists.test_lists import labels, listed, planted, turned, walked
from tests.stage import Stage, shown


async def took_part(stage: Stage, user: str, count: int) -> set[str]:
    """Let a member have a seat in so many events that start in the same second."""
    start = builders.soon(days=500)
    end = start + timedelta(hours=1)
    fields = {"guild_id": demo.GUILD_ID, "start_time": start, "end_time": end}
    rows = [invitation(**fields) for _ in range(count)]
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute("SET search_path = invitations")
    for row in rows:
        await insert(connection, "invitations", row)
        await insert(connection, "participants", participant(str(row["id"]), user_id=user))
    await connection.close()
    return {str(row["id"]) for row in rows}


async def ended(stage: Stage, invitation_ids: set[str]) -> None:
    """End events that have no announcement: a gateway that starts would post that of an open one.

    Then the pages would link to another message, halfway through a test that turns them.
    """
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    done = await connection.execute(
        "UPDATE invitations.invitations SET status = 'completed', vrchat_profile = NULL"
        " WHERE id = ANY($1::text[])",
        list(invitation_ids),
    )
    await connection.close()
    assert done == f"UPDATE {len(invitation_ids)}"


async def test_a_member_turns_the_pages_of_their_history_across_a_restart(stage: Stage) -> None:
    """Nothing is kept in the gateway: the buttons work for whichever replica comes next."""
    member = stage.discord.add_member("常連")
    there = await took_part(stage, member, 23)
    await ended(stage, there)
    press = await stage.discord.slash("invite history", user=member)
    answer = await press.answer(15)
    assert answer["flags"] & 64
    assert "参加の履歴" in shown(answer)
    assert "・参加" in shown(answer)

    forward = await walked(stage, press, "次へ")
    for process in [each for each in stage.gateways.values() if each.returncode is None]:
        process.terminate()
        assert await process.wait() == 0
    await stage.start_gateway(0)
    await stage.start_gateway(1)
    back = await walked(stage, press, "前へ")

    assert sorted(each for page in forward for each in page) == sorted(there)
    assert [len(page) for page in forward] == [10, 10, 3]
    assert back == forward[::-1]
    assert not press.interaction.followup_ids


async def test_a_member_sees_only_their_own_history_and_filters_narrow_it(stage: Stage) -> None:
    member = stage.discord.add_member("観光客")
    await took_part(stage, member, 1)
    newcomer = stage.discord.add_member("Newcomer", locale="en-US")
    nobody = await stage.discord.slash("invite history", user=newcomer)
    assert "There are no such events." in shown(await nobody.answer(15))
    for options, count in (({"tag": "観光", "status": "full"}, 0), ({"tag": "観光"}, 1)):
        press = await stage.discord.slash("invite history", user=member, options=options)
        assert len(listed(await press.answer(15))) == count


async def test_own_invitations_keep_their_filters_while_turned(stage: Stage) -> None:
    host = stage.discord.add_member("何でも主催")
    there = await planted(stage, 11, host_id=host, tag="イベント")
    await planted(stage, 2, host_id=host, tag="ゲーム")
    press = await stage.discord.slash("invite mine", user=host, options={"tag": "イベント"})
    first = await press.answer()
    assert labels(first) == ["次へ"]
    second = await turned(stage, press, "次へ")
    assert {*listed(first), *listed(second)} == there


async def test_without_a_public_address_no_calendar_is_offered(stage: Stage) -> None:
    press = await stage.discord.slash("calendar", user=demo.ALEX)
    assert (await press.answer())["content"] == "This server does not offer calendars."
