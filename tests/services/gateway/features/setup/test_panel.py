"""The panel says which permission is missing, where, and what is chosen now."""

import re
from collections.abc import AsyncIterator
from typing import Any

import disnake
import pytest

from playground import demo, permissions
from playground.permissions import Permission
from playground.server import MiniatureDiscord
from playground.validation_messages import check_message
from services.gateway.bot import Bot
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.permissions import NEEDS, all_needed, missing_in
from services.gateway.drawing.announcement import Payload
from services.gateway.features.setup.frame import Community, community
from services.gateway.features.setup.pages import PAGES, draw
from services.gateway.features.setup.pages.locale import ZONES, zone_named
from services.gateway.i18n.translate import LANGUAGES, translate_one
from shared.messages.invitations.guilds import GuildView

P = Permission
CHANNEL = demo.ANNOUNCEMENT_CHANNEL_ID


# The names of five permissions, the name of one that is not missing, and the way to the switches.
FIVE = {
    "ja": (
        "チャンネルを見る、埋め込みリンク、公開スレッドの作成、スレッドの管理、メッセージ履歴を読む",
        "メッセージを送信",
        "「チャンネルの編集」→「権限」",
    ),
    "en": (
        "View Channel、Embed Links、Create Public Threads、Manage Threads、Read Message History",
        "Send Messages",
        "Edit Channel → Permissions",
    ),
}


class Scene:
    """A miniature Discord, and a bot that has heard of its guild."""

    def __init__(self, discord: MiniatureDiscord, bot: Bot) -> None:
        self.discord = discord
        self.bot = bot

    async def heard(self, event: str, change: Any) -> None:
        """Make a change, and wait until the bot has heard of it."""
        waiting = self.bot.wait_for(event, timeout=30)
        change()
        await waiting

    async def overwritten(self, target: str, *, allow: int = 0, deny: int = 0) -> None:
        await self.heard(
            "guild_channel_update",
            lambda: self.discord.overwrite(CHANNEL, target, allow=allow, deny=deny),
        )

    async def community(self, reads: str = "ja", **settings: Any) -> Community:
        view = GuildView(guild_id=demo.GUILD_ID, **settings)
        found = await community(DiscordGuilds(self.bot), view, reads)
        assert found is not None
        return found

    async def missing(self) -> list[str]:
        of = await self.community()
        channel = of.channel(CHANNEL)
        assert channel is not None
        return missing_in(channel, of.me, "announcement")

    async def page(self, page: str, reads: str = "ja", **settings: Any) -> Payload:
        return draw(page, await self.community(reads, **settings)).payload()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url)
    connected = bot.loop.create_task(bot.start(discord.token))
    await bot.wait_until_ready()
    yield Scene(discord, bot)
    await bot.close()
    await connected
    await discord.stop()


def field(page: Payload, number: int) -> str:
    return str(page["embeds"][0]["fields"][number]["value"])


def selects(page: Payload) -> list[Payload]:
    parts = [part for row in page["components"] for part in row["components"]]
    return [part for part in parts if part["type"] != 2]


def buttons(page: Payload) -> dict[str, bool]:
    parts = [part for row in page["components"] for part in row["components"]]
    return {part["label"]: part.get("disabled", False) for part in parts if part["type"] == 2}


async def test_the_bots_own_member_is_known_without_a_cache_of_members(scene: Scene) -> None:
    of = await scene.community()
    assert of.me is scene.bot.get_guild(int(demo.GUILD_ID)).me  # type: ignore[union-attr]
    assert await scene.missing() == []
    calls = [exchange for exchange in scene.discord.exchanges if "/members/" in exchange.path]
    assert calls == []


async def test_each_of_five_missing_permissions_is_named_and_where_to_switch_it_on(
    scene: Scene,
) -> None:
    five = P.VIEW_CHANNEL | P.EMBED_LINKS | P.CREATE_PUBLIC_THREADS
    five |= P.MANAGE_THREADS | P.READ_MESSAGE_HISTORY
    await scene.overwritten(scene.discord.bot_role(), deny=five)
    role = f"<@&{scene.discord.bot_role()}>"
    for language, (names, other, where) in FIVE.items():
        said = field(await scene.page("events", language, announcement_channel_id=CHANNEL), 0)
        assert [name for name in names.split("、") if f"**{name}**" not in said] == []
        assert said.count("**") == 10
        assert other not in said
        assert re.search(f"{where} ?→ {role}", said)


async def test_an_overwrite_of_the_bot_itself_beats_that_of_its_roles(scene: Scene) -> None:
    await scene.overwritten(demo.GUILD_ID, deny=P.SEND_MESSAGES)
    assert await scene.missing() == ["send_messages"]
    await scene.overwritten(scene.discord.bot_role(), allow=P.SEND_MESSAGES, deny=P.MANAGE_THREADS)
    assert await scene.missing() == ["manage_threads"]
    await scene.overwritten(demo.BOT_ID, allow=P.MANAGE_THREADS, deny=P.EMBED_LINKS)
    assert await scene.missing() == ["embed_links"]


async def test_an_administrator_lacks_nothing(scene: Scene) -> None:
    await scene.overwritten(scene.discord.bot_role(), deny=P.SEND_MESSAGES)
    await scene.heard(
        "guild_role_update",
        lambda: scene.discord.set_role(scene.discord.bot_role(), P.ADMINISTRATOR),
    )
    assert await scene.missing() == []


async def test_the_mirror_says_what_it_lacks_in_the_server_only_while_it_is_on(
    scene: Scene,
) -> None:
    await scene.heard(
        "guild_role_update", lambda: scene.discord.set_role(scene.discord.bot_role(), 0)
    )
    on = await scene.page("events", "en", mirrors_scheduled_events=True)
    assert "Create Events" in field(on, 3)
    assert "Server Settings" in field(on, 3)
    off = await scene.page("events", "en")
    assert field(off, 3) == "off"


@pytest.mark.parametrize(
    ("is_mentionable", "everyone", "is_asked"),
    [(False, False, True), (True, False, False), (True, True, True)],
)
async def test_the_permission_to_mention_is_asked_for_where_a_mention_would_notify_nobody(
    scene: Scene, *, is_mentionable: bool, everyone: bool, is_asked: bool
) -> None:
    """Everyone may mention a mentionable role, the bot too."""
    role = scene.discord.add_role("お知らせ")
    scene.discord.world.guild(demo.GUILD_ID).roles[role]["mentionable"] = is_mentionable
    await scene.heard("guild_role_update", lambda: scene.discord.set_role(role, 0))
    settings = {
        "announcement_channel_id": CHANNEL,
        "mention_role_ids": (role,),
        "mentions_everyone": everyone,
    }
    said = field(await scene.page("mentions", "en", **settings), 0)
    assert said == f"<@&{role}>"
    await scene.overwritten(scene.discord.bot_role(), deny=P.MENTION_EVERYONE)
    said = field(await scene.page("mentions", "en", **settings), 0)
    assert ("**Mention @everyone, @here and All Roles**" in said) == is_asked
    assert f"<#{CHANNEL}>" in said or not is_asked


async def test_no_mention_is_allowed_until_it_is_chosen(scene: Scene) -> None:
    page = await scene.page("mentions")
    assert field(page, 0).startswith("なし")
    assert field(page, 1).startswith("オフ")
    assert "メンションの設定" in buttons(await scene.page("events"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
async def test_discord_takes_every_page_whatever_is_chosen(
    scene: Scene, page: str, language: str
) -> None:
    chosen = {
        "announcement_channel_id": CHANNEL,
        "staff_channel_id": demo.STAFF_CHANNEL_ID,
        "staff_role_ids": (demo.STAFF_ROLE_ID,),
        "host_role_ids": (demo.STAFF_ROLE_ID,),
        "mention_role_ids": (demo.STAFF_ROLE_ID,),
        "mentions_everyone": True,
        "time_zone": "America/Argentina/ComodRivadavia",
        "reminder_minutes": 1439,
        "mirrors_scheduled_events": True,
        "language": "pt-BR",
    }
    gone = {name: ("1",) if name.endswith("ids") else "1" for name in chosen if "_id" in name}
    await scene.heard(
        "guild_role_update", lambda: scene.discord.set_role(scene.discord.bot_role(), 0)
    )
    for settings in ({}, chosen, gone):
        shown = await scene.page(page, language, **settings)
        check_message(shown, [])
        for select in selects(shown):
            assert len(select.get("default_values", [])) <= select["max_values"]
            assert len(select.get("options", [])) <= 25
            assert sum(o["default"] for o in select.get("options", [])) <= select.get(
                "max_values", 1
            )


async def test_what_is_chosen_now_is_chosen_in_the_selects(scene: Scene) -> None:
    page = await scene.page(
        "events",
        announcement_channel_id=CHANNEL,
        host_role_ids=(demo.STAFF_ROLE_ID,),
        reminder_minutes=45,
    )
    channel, roles, reminder = selects(page)
    assert channel["default_values"] == [{"id": int(CHANNEL), "type": "channel"}]
    assert channel["channel_types"] == [0, 5]
    assert [each["id"] for each in roles["default_values"]] == [int(demo.STAFF_ROLE_ID)]
    assert [o["label"] for o in reminder["options"] if o["default"]] == ["45 分前"]
    assert buttons(page)["テスト投稿"] is False


async def test_nothing_can_be_tested_before_a_channel_is_chosen(scene: Scene) -> None:
    page = await scene.page("events")
    assert "まだ選ばれていません" in field(page, 0)
    assert buttons(page)["テスト投稿"] is True


async def test_what_was_deleted_on_discord_is_said_to_be_gone(scene: Scene) -> None:
    page = await scene.page("staff", "en", staff_role_ids=("1",), staff_channel_id="2")
    assert "were deleted" in field(page, 0)
    assert "was deleted" in field(page, 1)
    assert [select.get("default_values") for select in selects(page)] == [None, None]


async def test_a_guild_that_discord_has_not_sent_cannot_be_drawn(scene: Scene) -> None:
    assert await community(DiscordGuilds(scene.bot), GuildView(guild_id="1"), "ja") is None


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        (" asia/tokyo ", "Asia/Tokyo"),
        ("Tokyo", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("west", "Australia/West"),
        ("utc", "UTC"),
        ("Mars", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_city_is_enough_to_name_a_time_zone(typed: str, zone: str | None) -> None:
    assert zone_named(typed) == zone


def test_the_zones_on_offer_exist_and_leave_room_for_one_more() -> None:
    assert len(ZONES) == len(set(ZONES)) <= 24
    assert [zone for zone in ZONES if zone_named(zone) != zone] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_permission_has_a_name_and_a_reason(language: str) -> None:
    names = {name for needed in NEEDS.values() for name in needed}
    asked = names - set(NEEDS["mention"])
    assert all(name in disnake.Permissions.VALID_FLAGS for name in names)
    said = {translate_one(language, "permission", name) for name in names}
    assert len(said) == len(names)
    assert all(translate_one(language, "need", name) for name in names)
    assert {name for name in names if getattr(all_needed(), name)} == asked
    assert not all_needed().administrator


def test_the_invite_link_asks_for_no_more_than_the_miniature_discords_bot_has() -> None:
    assert P(all_needed().value) & ~permissions.BOT == P(0)
