"""The thread of an open event is open, named like it and has its people, after any change."""

import pytest

from playground import demo
from playground.permissions import Permission
from tests.services.gateway.features.closing.test_closing import cancel, joined
from tests.services.gateway.features.participants.test_thread_members import inside
from tests.services.gateway.features.participants.test_threads import archive
from tests.services.gateway.features.reconcile.repairs import delete, posted_again
from tests.stage import Stage

CHANNEL = demo.ANNOUNCEMENT_CHANNEL_ID


async def test_a_deleted_thread_is_opened_again_with_its_people(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="糸の切れた会")
    await joined(stage, invitation_id, demo.TARO)
    await inside(stage, invitation_id, demo.TARO)
    stage.discord.delete_thread(invitation_id, user=demo.MIDORI)
    await stage.discord.wait_until(
        lambda: invitation_id in stage.discord.world.channels, "the thread is back", 20
    )
    await inside(stage, invitation_id, demo.TARO)


async def test_a_deleted_thread_of_a_later_announcement_is_opened_at_it(stage: Stage) -> None:
    """The thread was opened at the first announcement, which is gone."""
    invitation_id = await stage.create(event_name="糸の残った会")
    await joined(stage, invitation_id, demo.TARO)
    await inside(stage, invitation_id, demo.TARO)
    delete(stage, invitation_id)
    again = await posted_again(stage, invitation_id, "1 / 2")
    stage.discord.delete_thread(invitation_id, user=demo.MIDORI)
    await stage.discord.wait_until(
        lambda: again["id"] in stage.discord.world.channels, "there is a thread", 20
    )
    await inside(stage, again["id"], demo.TARO)


@pytest.mark.parametrize("locked", [True, None])
async def test_a_thread_that_a_moderator_closes_is_opened_again(
    stage: Stage,
    locked: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    invitation_id = await stage.create(event_name=f"閉じても開く会 {locked}")
    await inside(stage, invitation_id)
    stage.discord.change_thread(invitation_id, user=demo.MIDORI, archived=True, locked=locked)
    thread = stage.discord.world.channel(invitation_id)["thread_metadata"]
    await stage.discord.wait_until(
        lambda: not thread["archived"] and not thread["locked"], "the thread is open", 20
    )


async def test_a_renamed_thread_gets_the_name_of_its_event_back(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="名前を変えられた会")
    await inside(stage, invitation_id)
    stage.discord.change_thread(invitation_id, user=demo.MIDORI, name="いたずら")
    await stage.discord.wait_until(
        lambda: stage.discord.world.channel(invitation_id)["name"] == "名前を変えられた会",
        "the name is back",
        20,
    )


async def test_a_member_whom_discord_did_not_let_in_is_let_in_when_it_may_be(stage: Stage) -> None:
    """The bot may not write in threads for a while, and so may not add anybody."""
    invitation_id = await stage.create(event_name="あとから入れる会")
    await inside(stage, invitation_id)
    bot = stage.discord.bot_id
    stage.discord.overwrite(CHANNEL, bot, deny=Permission.SEND_MESSAGES_IN_THREADS)
    await joined(stage, invitation_id, demo.TARO)
    await stage.shows(invitation_id, "1 / 2")
    assert demo.TARO not in stage.discord.thread_members(invitation_id)
    stage.discord.overwrite(CHANNEL, bot)
    await inside(stage, invitation_id, demo.TARO)


async def test_a_thread_that_could_not_be_closed_is_closed_when_it_may_be(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="あとから閉じる会")
    await inside(stage, invitation_id)
    template = "/channels/{channel_id}"
    refusal = stage.discord.faults.add(
        method="PATCH",
        template=template,
        where=lambda exchange: exchange.path == f"/channels/{invitation_id}",
        answer=403,
        code=50013,
        times=None,
    )
    await cancel(stage, invitation_id, demo.SAKURA, "雨")
    await refusal.struck(2)
    stage.discord.faults.remove(refusal)
    stage.discord.overwrite(CHANNEL, stage.discord.bot_id)  # Discord tells of a change
    thread = stage.discord.world.channel(invitation_id)["thread_metadata"]
    await stage.discord.wait_until(lambda: thread["archived"], "the thread is closed", 30)


async def test_a_thread_that_silence_archives_stays_asleep(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="眠る会")
    await inside(stage, invitation_id)
    looked = stage.discord.faults.add(
        method="GET",
        template="/channels/{channel_id}/thread-members",
        where=lambda exchange: exchange.path.endswith(f"/{invitation_id}/thread-members"),
        times=None,
    )
    archive(stage, invitation_id)
    await looked.struck(1)
    assert stage.discord.world.channel(invitation_id)["thread_metadata"]["archived"]
