"""An announcement mentions the role that its host chose: once, when it is posted."""

import asyncio
from collections.abc import Callable
from typing import Any

from playground import demo
from playground.exchange import Exchange
from playground.permissions import Permission
from playground.refusals import Payload
from tests.services.gateway.features.create.test_drafts import is_disabled, posted
from tests.services.gateway.features.reconcile.repairs import delete, posted_again
from tests.stage import Stage, changed


def posts(stage: Stage) -> list[Exchange]:
    """Return what was posted in the channel of announcements, and taken."""
    path = f"/channels/{demo.ANNOUNCEMENT_CHANNEL_ID}/messages"
    return [
        each
        for each in stage.discord.exchanges
        if each.method == "POST" and each.path.endswith(path) and each.status == 200
    ]


def options(card: Payload) -> dict[str, str]:
    """Return what the select of mentions offers, by its values; nothing without one."""
    parts = [part for row in card["components"] for part in row["components"]]
    return {
        option["value"]: option["label"]
        for part in parts
        if part["custom_id"].endswith(":mention")
        for option in part["options"]
    }


async def allowed(stage: Stage, *role_ids: str, everyone: bool = False) -> None:
    await stage.set_up(mention_role_ids=role_ids, mentions_everyone=everyone)


async def drawn_until(stage: Stage, card: Payload, is_so: Callable[[Payload], bool]) -> Payload:
    """Let a card be drawn again until it knows what has changed in the guild.

    A gateway uses new settings three seconds later at most.
    """
    async with asyncio.timeout(20):
        while not is_so(card):
            tag = "観光" if "その他" in str(card["embeds"]) else "その他"
            card = await stage.choose(card, "tag", [tag])
    return card


async def drafted(stage: Stage, name: str, mention: str) -> Payload:
    """Make a draft, and choose a mention once the gateways know that it is allowed."""
    card = await stage.draft(event_name=name)
    card = await drawn_until(stage, card, lambda card: mention in options(card))
    return await stage.choose(card, "mention", [mention])


async def test_a_role_is_mentioned_at_the_first_post_and_never_again(stage: Stage) -> None:
    role, other = (stage.discord.add_role(name) for name in ("参加する人", "関係ない人"))
    await allowed(stage, role)
    card = await drafted(stage, "呼びかける会", role)
    assert list(options(card).values()) == ["しない", "メンション: @参加する人"]
    assert f"<@&{role}>" in card["content"]
    before = len(posts(stage))

    invitation_id = await posted(stage, card)
    announced = await stage.shows(invitation_id, "🟢 募集中")
    assert (announced["content"], announced["mention_roles"]) == (f"<@&{role}>", [role])
    assert not announced["mention_everyone"]
    [post] = posts(stage)[before:]
    assert post.body["allowed_mentions"] == {"parse": [], "roles": [role]}
    assert other not in str(post.body)

    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await press.answer()
    edited = await stage.shows(invitation_id, "1 / 2")
    assert edited["content"] == f"<@&{role}>", "an edit leaves the words, and notifies nobody"
    delete(stage, invitation_id)
    again = await posted_again(stage, invitation_id, "1 / 2")
    assert (again["content"], again["mention_roles"]) == ("", [])
    await allowed(stage)


async def test_everyone_is_mentioned_where_the_guild_allows_it(stage: Stage) -> None:
    await allowed(stage, everyone=True)
    card = await drafted(stage, "みんなの会", "here")
    assert {"@everyone", "メンション: @here"} <= set(options(card).values())
    before = len(posts(stage))
    announced = await stage.shows(await posted(stage, card), "🟢 募集中")
    assert (announced["content"], announced["mention_everyone"]) == ("@here", True)
    assert posts(stage)[before].body["allowed_mentions"] == {"parse": ["everyone"]}
    await allowed(stage)


async def test_a_name_that_reads_like_a_mention_mentions_nobody(stage: Stage) -> None:
    """What a host types is in the embed, which Discord does not look at for mentions."""
    role = stage.discord.add_role("静かな人")
    invitation_id = await stage.create(event_name=f"@everyone <@&{role}>")
    announced = await stage.shows(invitation_id)
    heard: list[Any] = [announced["mention_everyone"], announced["mention_roles"]]
    assert heard == [False, []]


async def test_a_choice_that_the_guild_no_longer_allows_is_pointed_out(stage: Stage) -> None:
    role = stage.discord.add_role("やめる人")
    await allowed(stage, role)
    card = await drafted(stage, "やめた会", role)
    assert not is_disabled(card, "draft_post")
    await allowed(stage)
    refused = await stage.discord.click(
        card["id"], next(iter(buttons_named(card, "draft_post"))), user=demo.SAKURA
    )
    card = await changed(refused, card)
    assert "設定では使えません" in card["content"]
    card = await drawn_until(stage, card, lambda card: is_disabled(card, "draft_post"))
    assert "❌" in card["content"]
    card = await stage.choose(card, "mention", ["nobody"])
    await stage.shows(await posted(stage, card), "やめた会", "🟢 募集中")


def buttons_named(card: Payload, name: str) -> list[str]:
    parts = [part for row in card["components"] for part in row["components"]]
    return [part["custom_id"] for part in parts if part["custom_id"].startswith(f"{name}:")]


async def test_the_card_says_if_a_mention_would_notify_nobody(stage: Stage) -> None:
    role = stage.discord.add_role("届かない人")
    stage.discord.world.guild(demo.GUILD_ID).roles[role]["mentionable"] = False
    stage.discord.set_role(role, 0)  # of which the gateways hear
    bot, channel = stage.discord.bot_role(), demo.ANNOUNCEMENT_CHANNEL_ID
    await allowed(stage, role)
    card = await drafted(stage, "届かない会", role)
    assert "⚠️" not in card["content"]
    stage.discord.overwrite(channel, bot, deny=Permission.MENTION_EVERYONE)
    card = await drawn_until(stage, card, lambda card: "⚠️" in card["content"])
    assert "@everyone、@here、全てのロールにメンション" in card["content"]
    stage.discord.overwrite(channel, bot)
    await allowed(stage)
