"""The list that staff pin in a channel shows the open events of its guild as they are now."""

from playground.permissions import Permission
from playground.refusals import Payload
from playground.writing import remove_message
from services.gateway.discord.rest import MESSAGE
from services.gateway.features.lists.pinned import EVERY_SECONDS
from tests.services.gateway.features.reconcile.repairs import until_stored
from tests.services.gateway.test_two_guilds import Guild, create, open_guild
from tests.services.gateway.test_two_guilds import guilds as two_guilds
from tests.stage import Stage, shown

guilds = two_guilds
PINNED = "SELECT list_message_id FROM guilds WHERE guild_id = $1"
TITLE = "これからの募集"


def lists(stage: Stage, channel: str) -> list[str]:
    """Return the ids of the pinned lists in a channel."""
    return [each["id"] for each in stage.discord.messages_in(channel) if TITLE in shown(each)]


async def pin(stage: Stage, channel: str, user: str) -> str:
    """Pin the list in a channel as a member, and return what they read."""
    press = await stage.discord.slash(
        "invite list", user=user, channel=channel, options={"pin": True}
    )
    return str((await press.answer())["content"])


async def pinned(stage: Stage, guild: Guild, channel: str) -> str:
    """Pin the list as staff, and return the id of its message once it is kept."""
    assert "一覧を置きました" in await pin(stage, channel, guild.helper)
    [message_id] = lists(stage, channel)
    await until_stored(stage, message_id, PINNED, guild.id)
    return message_id


def listed(message: Payload) -> str:
    return "".join(embed["description"] for embed in message["embeds"])


async def says(stage: Stage, channel: str, message_id: str, *words: str) -> Payload:
    """Wait until a list shows some words; in a list no line is broken within the seats."""
    return await stage.discord.wait_for_message(
        lambda m: m["id"] == message_id and all(word in listed(m) for word in words),
        channel=channel,
        timeout_seconds=30,
    )


async def test_a_pinned_list_shows_what_happens_to_the_events_of_its_guild(
    stage: Stage, guilds: list[Guild]
) -> None:
    own, other = guilds
    await create(stage, other, "よその会")
    message_id = await pinned(stage, own, own.chat)
    invitation_id = await create(stage, own, "載る会")
    await says(stage, own.chat, message_id, "載る会", "0\xa0/\xa02")
    await stage.discord.click(invitation_id, f"join:{invitation_id}", user=other.helper)
    page = await says(stage, own.chat, message_id, "載る会", "1\xa0/\xa02")
    assert "よその会" not in shown(page)

    press = await stage.discord.click(message_id, "pinned", user=other.helper)
    answer = await press.answer()
    assert answer["flags"] & 64
    assert "載る会" in shown(answer)
    assert lists(stage, own.chat) == [message_id]


async def test_a_change_during_the_first_edit_waits_for_the_next_one(stage: Stage) -> None:
    """It began an edit of its own once; both then ended, and the gateway was not ready any more."""
    own = await open_guild(stage, "一覧の早い会")
    invitation_id = await create(stage, own, "同時の会")
    slow = stage.discord.faults.add(
        method="PATCH",
        template=MESSAGE,
        where=lambda call: call.arguments["channel_id"] == own.chat,
        delay_seconds=1.0,
    )
    message_id = await pinned(stage, own, own.chat)
    await slow.struck()
    await stage.discord.click(invitation_id, f"join:{invitation_id}", user=own.helper)
    await says(stage, own.chat, message_id, "同時の会", "1\xa0/\xa02")
    edits = [
        each.at
        for each in stage.discord.exchanges
        if each.method == "PATCH" and each.arguments.get("message_id") == message_id
    ]
    assert edits[1] - edits[0] > EVERY_SECONDS


async def test_a_list_that_is_pinned_elsewhere_moves_there(
    stage: Stage, guilds: list[Guild]
) -> None:
    own, _ = guilds
    await pin(stage, own.chat, own.helper)
    second = await pinned(stage, own, own.panels)
    await stage.discord.wait_until(lambda: not lists(stage, own.chat), "the first list is deleted")
    await create(stage, own, "引っ越しの会")
    await says(stage, own.panels, second, "引っ越しの会")


async def test_the_list_ends_when_its_message_is_deleted(stage: Stage, guilds: list[Guild]) -> None:
    _, own = guilds
    message_id = await pinned(stage, own, own.chat)
    remove_message(stage.discord.world, message_id)
    await until_stored(stage, None, PINNED, own.id)
    await create(stage, own, "一覧のない会")
    assert lists(stage, own.chat) == []


async def test_only_staff_of_the_guild_pin_its_list(stage: Stage, guilds: list[Guild]) -> None:
    own, other = guilds
    assert "スタッフだけ" in await pin(stage, own.announcements, other.helper)
    assert lists(stage, own.announcements) == []


async def test_a_missing_permission_is_named(stage: Stage, guilds: list[Guild]) -> None:
    own, _ = guilds
    closed = stage.discord.add_channel("読むだけ", guild=own.id)
    stage.discord.overwrite(closed, stage.discord.bot_role(own.id), deny=Permission.SEND_MESSAGES)
    assert "メッセージを送信" in await pin(stage, closed, own.helper)
    assert lists(stage, closed) == []
