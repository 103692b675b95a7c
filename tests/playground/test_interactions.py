"""The real disnake answers commands, buttons, selects and modals of the miniature Discord."""

import pytest
from disnake.ext import commands

from playground import ClientRefusal, MiniatureDiscord, demo

pytestmark = pytest.mark.usefixtures("bot")


async def create(discord: MiniatureDiscord) -> str:
    """Create an announcement and give its id."""
    press = await discord.slash("invite create", user=demo.SAKURA, options={"tag": "観光"})
    sent = await discord.submit(press, {"name": "花見", "about": "**桜**", "kind": "public"})
    await sent.answer()
    announced = discord.messages_in(demo.CHAT_CHANNEL_ID)[-1]
    assert announced["embeds"][0]["title"] == "花見"
    return announced["id"]


async def test_a_command_is_answered_in_the_locale_of_the_member(discord: MiniatureDiscord) -> None:
    japanese = await (await discord.slash("ping", user=demo.SAKURA)).answer()
    english = await (await discord.slash("ping", user=demo.ALEX)).answer()
    assert (japanese["content"], english["content"]) == ("pong ja", "pong en-US")


async def test_an_ephemeral_answer_is_seen_by_one_person_only(discord: MiniatureDiscord) -> None:
    answer = await (await discord.slash("ping", user=demo.TARO)).answer()
    mine = discord.visible_to(demo.TARO, demo.CHAT_CHANNEL_ID)
    others = discord.visible_to(demo.HANAKO, demo.CHAT_CHANNEL_ID)
    assert answer in mine
    assert answer not in others
    assert answer not in discord.messages_in(demo.CHAT_CHANNEL_ID)


async def test_command_modal_announcement_thread_and_final_answer(
    discord: MiniatureDiscord,
) -> None:
    press = await discord.slash("invite create", user=demo.SAKURA, options={"tag": "観光"})
    modal = await press.modal()
    assert modal["title"] == "お誘い募集"
    sent = await discord.submit(press, {"name": "夜桜", "kind": "public"})
    answer = await sent.wait_for(lambda message: "作成しました" in message["content"])
    assert answer["flags"] & 64
    announced = await discord.wait_for_message(
        lambda message: bool(message["embeds"]) and message["embeds"][0]["title"] == "夜桜"
    )
    assert discord.thread_members(announced["id"]) == {discord.bot_id, demo.SAKURA}


async def test_a_press_deferred_with_thinking_ends_in_its_follow_up(
    discord: MiniatureDiscord,
) -> None:
    press = await discord.click(await create(discord), "join", user=demo.TARO)
    answer = await press.answer()
    assert (answer["content"], answer["flags"]) == ("参加しました", 64)


async def test_a_press_by_its_label_may_update_the_message(discord: MiniatureDiscord) -> None:
    message_id = await create(discord)
    await (await discord.click(message_id, label="興味あり", user=demo.TARO)).answer()
    assert discord.message(message_id)["content"] == "興味あり 1"
    later = await discord.click(message_id, label="あとで", user=demo.TARO)
    assert (await later.answer())["content"] == "あとで"


async def test_a_select_sends_the_chosen_value(discord: MiniatureDiscord) -> None:
    press = await discord.click(await create(discord), "pick", user=demo.TARO, values=["夜"])
    assert (await press.answer())["content"] == "夜"


async def test_autocomplete_gives_the_suggestions(discord: MiniatureDiscord) -> None:
    choices = await discord.autocomplete("invite create", "world", "mur", user=demo.TARO)
    assert [choice["value"] for choice in choices] == ["Murder 4"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "needs the option 'tag'"),
        ({"tag": "釣り"}, "not among the choices"),
        ({"tag": "観光", "colour": "red"}, "no option 'colour'"),
        ({"tag": "観光", "capacity": 101}, "between 1 and 100"),
        ({"tag": "観光", "capacity": "many"}, "must be a number"),
        ({"tag": "観光", "world": "x" * 51}, "0 to 50 characters"),
        ({"tag": "観光", "guest": "12"}, "no 12 to choose"),
    ],
)
async def test_the_client_refuses_wrong_options(
    discord: MiniatureDiscord, options: dict[str, object], says: str
) -> None:
    with pytest.raises(ClientRefusal, match=says):
        await discord.slash("invite create", user=demo.TARO, options=options)


async def test_the_client_refuses_components_that_a_member_cannot_press(
    discord: MiniatureDiscord,
) -> None:
    message_id = await create(discord)
    with pytest.raises(ClientRefusal, match="disabled"):
        await discord.click(message_id, label="取り消し", user=demo.TARO)
    with pytest.raises(ClientRefusal, match="is a link"):
        await discord.click(message_id, label="VRChat", user=demo.TARO)
    with pytest.raises(ClientRefusal, match="nothing called 'none'"):
        await discord.click(message_id, "none", user=demo.TARO)
    with pytest.raises(ClientRefusal, match="no command /staff"):
        await discord.slash("staff", user=demo.TARO)
    with pytest.raises(ClientRefusal, match="does not see"):
        await discord.slash("ping", user=demo.TARO, channel=demo.STAFF_CHANNEL_ID)


async def test_staff_run_commands_that_members_cannot(discord: MiniatureDiscord) -> None:
    press = await discord.slash("staff", user=demo.MIDORI, channel=demo.STAFF_CHANNEL_ID)
    assert (await press.answer())["content"] == "public answer"


async def test_the_modal_refuses_values_that_its_inputs_do_not_take(
    discord: MiniatureDiscord,
) -> None:
    press = await discord.slash("invite create", user=demo.SAKURA, options={"tag": "観光"})
    with pytest.raises(ClientRefusal, match="'name' is required"):
        await discord.submit(press, {"kind": "public"})
    with pytest.raises(ClientRefusal, match="1 to 1 values, not 0"):
        await discord.submit(press, {"name": "花見"})
    with pytest.raises(ClientRefusal, match="0 to 100 characters"):
        await discord.submit(press, {"name": "花" * 101, "kind": "public"})
    with pytest.raises(ClientRefusal, match="no input 'nmae'"):
        await discord.submit(press, {"nmae": "花見"})


async def test_a_wait_that_times_out_says_how_far_the_press_came(discord: MiniatureDiscord) -> None:
    press = await discord.slash("slow", user=demo.TARO)
    await press.acknowledged()
    with pytest.raises(TimeoutError, match="acknowledged with thinking, not edited"):
        await press.answer(timeout_seconds=0.05)


async def test_commands_are_registered_once(
    discord: MiniatureDiscord, bot: commands.InteractionBot
) -> None:
    assert {command["name"] for command in discord.commands()} == {
        *(command.name for command in bot.slash_commands)
    }
