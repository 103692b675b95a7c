"""A guild's own channels, staff and hosts are what counts, a few seconds after they are chosen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from deploy.local.servers import Servers
from playground import demo
from playground.press import Press
from playground.refusals import Payload
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from tests import builders
from tests.keys import publisher
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.services.gateway.features.staff.test_panels import panel_of, panels
from tests.shared.wire import Wire
from tests.shared.wire import wire as laid
from tests.stage import FORM as TEXTS
from tests.stage import SETTINGS, Stage, opened, ready, shown

HELPERS, HOSTS = "1400000000000000078", "1400000000000000079"
MESSAGE, MODAL = 4, 9


class OwnStage(Stage):
    """A stage whose gateway reads settings over a wire that a test may cut."""

    wire: Wire


@pytest.fixture(scope="module")
async def stage(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OwnStage]:
    """Run the invitations service and a gateway, in a guild with two roles that permit nothing."""
    async with opened(OwnStage, servers, tmp_path_factory.mktemp("logs")) as stage:
        for role_id in (HELPERS, HOSTS):
            stage.discord.world.add_role(role_id, role_id, 0, 0)
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.invitations_port, invitations)
        async with laid(f"http://127.0.0.1:{stage.api_port}") as stage.wire:
            await start(stage)
            yield stage


async def start(stage: OwnStage) -> None:
    await stage.start_gateway(0, INVITATIONS_API_URL=stage.wire.url)
    await stage.discord.wait_for_sessions(1)


@pytest.fixture(autouse=True)
async def chosen(stage: OwnStage) -> None:
    """Begin with the demo's settings."""
    await stage.set_up(**{"host_role_ids": (), "reminder_minutes": 15, **SETTINGS})


async def once(
    act: Callable[[], Awaitable[Press]], is_right: Callable[[Payload], bool], seconds: float = 30
) -> Payload:
    """Act again until the first answer is right: new settings count after three seconds at most."""
    async with asyncio.timeout(seconds):
        while not is_right(found := await (await act()).acknowledged()):
            pass
    return found


def says(*words: str) -> Callable[[Payload], bool]:
    return lambda callback: all(word in str(callback) for word in words)


def creates(stage: Stage, user: str) -> Callable[[], Awaitable[Press]]:
    return lambda: stage.discord.slash("invite create", user=user)


async def test_staff_are_those_with_a_role_that_the_guild_has_chosen(stage: OwnStage) -> None:
    helper = stage.discord.add_member("てつだい", roles=(HELPERS,))
    invitation_id = await stage.create(event_name="手伝われる会")

    async def change(action: str, user: str) -> str:
        options = {"id": invitation_id, "member": demo.TARO}
        press = await stage.discord.slash(f"invite {action}", user=user, options=options)
        return str((await press.answer())["content"])

    refused = await change("add", helper)
    assert "スタッフだけ" in refused
    await stage.set_up(staff_role_ids=(HELPERS,))
    async with asyncio.timeout(30):
        while (said := await change("add", helper)) == refused:
            pass
    assert f"<@{demo.TARO}>" in said
    await stage.shows(invitation_id, "1 / 2")
    # Manage Server counts in every guild, whatever roles it has chosen.
    assert f"<@{demo.TARO}>" in await change("remove", demo.MIDORI)
    await stage.shows(invitation_id, "0 / 2")


async def test_events_and_panels_stand_where_the_guild_wants_them_now(stage: OwnStage) -> None:
    before = await stage.create(event_name="前の会")
    await panel_of(stage, before, "募集中")
    await stage.set_up(
        announcement_channel_id=demo.CHAT_CHANNEL_ID,
        staff_channel_id=demo.ANNOUNCEMENT_CHANNEL_ID,
        reminder_minutes=45,
    )
    # The reminder is that of the moment of the form, the channel that of the post.
    async with asyncio.timeout(60):
        for _ in range(2):
            while True:
                answer = await (await stage.fill_in(event_name="移った会")).answer(30)
                if f"/{demo.CHAT_CHANNEL_ID}/" in answer["content"]:
                    break
    invitation_id = answer["content"].rpartition("/")[2]
    await stage.discord.wait_for_message(
        lambda m: bool(m["embeds"]) and invitation_id in shown(m) and "移った会" in shown(m),
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=30,
    )
    assert invitation_id in {m["id"] for m in stage.discord.messages_in(demo.CHAT_CHANNEL_ID)}
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    row = await connection.fetchrow(
        "SELECT reminder_minutes, staff_channel_id FROM invitations.invitations WHERE id = $1",
        invitation_id,
    )
    await connection.close()
    assert tuple(row or ()) == (45, demo.ANNOUNCEMENT_CHANNEL_ID)
    # The panel of the event before stands in the former channel, and goes on following it.
    await (await stage.discord.click(before, f"join:{before}", user=demo.TARO)).answer()
    await panel_of(stage, before, "1 / 2")


async def test_nobody_announces_in_a_guild_that_is_not_set_up(stage: OwnStage) -> None:
    slash = await creates(stage, demo.SAKURA)()
    await slash.modal()
    await stage.set_up(announcement_channel_id=None)
    await once(creates(stage, demo.SAKURA), says("まだ募集を作れません"))
    form = await stage.discord.submit(slash, TEXTS)
    assert "まだ募集を作れません" in (await form.answer())["content"]
    await stage.set_up(announcement_channel_id=demo.ANNOUNCEMENT_CHANNEL_ID)
    await once(creates(stage, demo.SAKURA), lambda callback: callback["type"] == MODAL)


async def test_hosts_are_those_with_a_role_that_the_guild_has_chosen_and_staff(
    stage: OwnStage,
) -> None:
    host = stage.discord.add_member("しゅさい", roles=(HOSTS,))
    helper = stage.discord.add_member("てつだい", roles=(HELPERS,))
    await stage.set_up(host_role_ids=(HOSTS,), staff_role_ids=(HELPERS,))
    await once(creates(stage, demo.TARO), says(f"<@&{HOSTS}>"))
    for user in (host, helper, demo.MIDORI):
        assert (await (await creates(stage, user)()).acknowledged())["type"] == MODAL
    await stage.set_up(host_role_ids=(demo.GUILD_ID,))  # everybody's role
    await once(creates(stage, demo.TARO), lambda callback: callback["type"] == MODAL)


async def test_without_settings_members_still_join_and_events_wait(stage: OwnStage) -> None:
    """A gateway that has never read a guild's settings begins while nobody can tell it any."""
    invitation_id = await stage.create(event_name="待たない会")
    helper = stage.discord.add_member("てつだい", roles=(HELPERS,))
    gateway = stage.gateways[0]
    gateway.terminate()
    assert await gateway.wait() == 0
    stage.processes.remove(gateway)
    stage.wire.cut(stays_cut=True)
    await start(stage)

    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=helper)
    assert "参加しました" in (await join.answer())["content"]
    callback = await (await creates(stage, demo.SAKURA)()).acknowledged()
    assert (callback["type"], says("読み込めません")(callback)) == (MESSAGE, True)
    waiting = builders.draft(event_name="待つ会").model_copy(
        update={
            "actor": builders.in_guild(builders.HOST, demo.GUILD_ID),
            "guild_id": demo.GUILD_ID,
            "channel_id": demo.ANNOUNCEMENT_CHANNEL_ID,
        }
    )
    broker = await publisher(stage.servers.rabbitmq_url("gateway", stage.name))
    envelope = Envelope.first(waiting)
    await broker.publish(COMMANDS, envelope.name, envelope)
    await broker.close()
    await logged(stage, 1, "message.held", "invitations.InvitationDrafted")
    assert [m for m in stage.announcements() if "待つ会" in shown(m)] == []

    stage.wire.heal()
    found = await stage.discord.wait_for_message(
        lambda m: "待つ会" in shown(m), channel=demo.ANNOUNCEMENT_CHANNEL_ID, timeout_seconds=30
    )
    await panel_of(stage, found["id"], "募集中")
    await stage.shows(found["id"], "募集中")
    await stage.shows(invitation_id, "1 / 2")
    assert len(panels(stage, found["id"])) == 1
    assert len([m for m in stage.announcements() if "待つ会" in shown(m)]) == 1
