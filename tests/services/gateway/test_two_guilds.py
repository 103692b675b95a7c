"""Two guilds with settings of their own: channels and staff of one mean nothing in the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from deploy.local.servers import Servers
from playground import demo
from tests.stage import Stage, opened, ready


@dataclass(frozen=True)
class Guild:
    """A guild with a channel for each purpose, and a member who is staff there alone."""

    id: str
    chat: str
    announcements: str
    panels: str
    helper: str


@pytest.fixture(scope="module")
async def stage(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Run the invitations service and a gateway."""
    async with opened(Stage, servers, tmp_path_factory.mktemp("logs")) as stage:
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.invitations_port, invitations)
        await stage.start_gateway(0)
        await stage.discord.wait_for_sessions(1)
        yield stage


@pytest.fixture(scope="module")
async def guilds(stage: Stage) -> list[Guild]:
    """Set two guilds up; the members of each are in the other, too, without a role."""
    found = [await open_guild(stage, name) for name in ("こちら", "よそ")]
    for own, other in (found, found[::-1]):
        stage.discord.join(own.helper, other.id)
    return found


async def open_guild(stage: Stage, name: str, guild_id: str | None = None) -> Guild:
    """Make a guild of さくら's with its channels and a helper, and set it up."""
    guild_id = stage.discord.add_guild(name, owner=demo.SAKURA, guild_id=guild_id)
    helpers = stage.discord.add_role("てつだい", guild=guild_id)
    chat, announcements, panels = (
        stage.discord.add_channel(name, guild=guild_id)
        for name in ("雑談", "お誘い募集", "スタッフ")
    )
    helper = stage.discord.add_member(f"{name}の係", roles=(helpers,), guild=guild_id)
    await stage.set_up(
        guild_id,
        announcement_channel_id=announcements,
        staff_channel_id=panels,
        staff_role_ids=(helpers,),
    )
    return Guild(guild_id, chat, announcements, panels, helper)


async def create(stage: Stage, guild: Guild, name: str, capacity: int = 2) -> str:
    """Create an event in a guild, and give its id once its panel stands."""
    options = {"capacity": capacity}
    post = await stage.fill_in(channel=guild.chat, event_name=name, options=options)
    answer = await post.answer(30)
    where, _, invitation_id = answer["content"].rpartition("/")
    assert where.endswith(f"/{guild.id}/{guild.announcements}")
    await stage.discord.wait_for_message(
        lambda m: name in str(m["embeds"]), channel=guild.panels, timeout_seconds=30
    )
    return str(invitation_id)


async def test_each_guild_has_its_own_channels_and_staff(stage: Stage, guilds: list[Guild]) -> None:
    own, other = guilds
    events = {guild.id: await create(stage, guild, f"{guild.helper}の会") for guild in guilds}

    async def add(helper: str, channel: str, invitation_id: str) -> str:
        options = {"id": invitation_id, "member": demo.SAKURA}
        press = await stage.discord.slash(
            "invite add", user=helper, channel=channel, options=options
        )
        return str((await press.answer())["content"])

    for here, there in ((own, other), (other, own)):
        for channel_id in (here.announcements, here.panels):
            shown = str(stage.discord.messages_in(channel_id))
            assert f"{here.helper}の会" in shown
            assert f"{there.helper}の会" not in shown
        # Staff here get as far as the rule about hosts; staff of the other guild do not.
        assert "定員に含まれない" in await add(here.helper, here.chat, events[here.id])
        assert "スタッフだけ" in await add(there.helper, here.chat, events[here.id])
        assert "見つかりません" in await add(there.helper, there.chat, events[here.id])
