"""Selects of channels, roles, users and either: what is offered, and what the bot reads."""

import pytest

from playground import ClientRefusal, MiniatureDiscord, demo, payloads, permissions
from playground.permissions import Permission

pytestmark = pytest.mark.usefixtures("bot")


async def panel(discord: MiniatureDiscord) -> str:
    press = await discord.slash("panel", user=demo.MIDORI)
    return str((await press.answer())["id"])


@pytest.mark.parametrize(
    ("custom_id", "values", "names"),
    [
        ("channel", [demo.ANNOUNCEMENT_CHANNEL_ID], "お誘い募集"),
        ("roles", [demo.STAFF_ROLE_ID, demo.GUILD_ID], "スタッフ、@everyone"),
        ("roles", [], "なし"),
        ("user", [demo.TARO], "user0102"),
        ("anyone", [demo.STAFF_ROLE_ID, demo.ALEX], "スタッフ、user0106"),
    ],
)
async def test_the_bot_reads_what_was_chosen(
    discord: MiniatureDiscord, custom_id: str, values: list[str], names: str
) -> None:
    press = await discord.click(await panel(discord), custom_id, user=demo.MIDORI, values=values)
    assert (await press.answer())["content"] == names


async def test_a_channel_is_resolved_with_its_type_and_what_the_member_may_do_there(
    discord: MiniatureDiscord,
) -> None:
    press = await discord.click(
        await panel(discord), "channel", user=demo.MIDORI, values=[demo.STAFF_CHANNEL_ID]
    )
    data = press.interaction.payload["data"]
    channel = data["resolved"]["channels"][demo.STAFF_CHANNEL_ID]
    assert (data["component_type"], channel["type"], channel["name"]) == (8, 0, "スタッフ")
    assert channel["permissions"] == str(int(permissions.STAFF))
    assert "permission_overwrites" not in channel


async def test_the_client_offers_no_other_channels_roles_and_numbers(
    discord: MiniatureDiscord,
) -> None:
    message_id = await panel(discord)
    voice = discord.add_channel("通話", kind=payloads.VOICE_CHANNEL)
    hidden = discord.add_channel("秘密")
    discord.overwrite(hidden, demo.GUILD_ID, deny=Permission.VIEW_CHANNEL)
    guild_id = discord.add_guild("よそ", owner=demo.MIDORI)
    foreign_role = discord.add_role("よその人", guild=guild_id)
    foreign = discord.add_channel("よその場所", guild=guild_id)
    for custom_id, values in (
        *(("channel", [voice]), ("channel", [hidden]), ("channel", [foreign])),
        *(("roles", [foreign_role]), ("roles", [demo.TARO]), ("user", [demo.STAFF_ROLE_ID])),
    ):
        with pytest.raises(ClientRefusal, match="to choose"):
            await discord.click(message_id, custom_id, user=demo.MIDORI, values=values)
    with pytest.raises(ClientRefusal, match="1 to 1 values"):
        await discord.click(message_id, "channel", user=demo.MIDORI, values=[])


async def test_a_command_for_servers_is_offered_to_its_managers_and_not_in_direct_messages(
    discord: MiniatureDiscord,
) -> None:
    with pytest.raises(ClientRefusal, match="no command /panel"):
        await discord.slash("panel", user=demo.TARO)
    await (await discord.slash("panel", user=demo.OWNER)).answer()
    direct = payloads.direct_channel(discord.world.ids.next(), discord.world.users[demo.MIDORI])
    discord.world.channels[direct["id"]] = direct
    with pytest.raises(ClientRefusal, match="no command /panel"):
        await discord.slash("panel", user=demo.MIDORI, channel=direct["id"])
    press = await discord.slash("ping", user=demo.MIDORI, channel=direct["id"])
    assert (press.interaction.payload["context"], (await press.answer())["content"]) == (
        1,
        "pong ja",
    )
    assert "guild_id" not in press.interaction.payload
