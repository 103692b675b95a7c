"""What journeys of tickets do again and again."""

import re

import asyncpg

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from tests.journeys.conftest import Whole
from tests.stage import shown

UPSERT_SETTING = """
INSERT INTO tickets.guilds (guild_id, version, {name})
VALUES ($1, 1, $2)
ON CONFLICT (guild_id) DO UPDATE
   SET {name} = EXCLUDED.{name}
"""
DETAILS = "フレンド申請が届きません。**困って** います。<@1>"


async def panel(whole: Whole) -> str:
    """Let みどり put a panel into the chat; give its id."""
    slash = await whole.discord.slash("ticket panel", user=demo.MIDORI)
    return str((await slash.answer(15))["id"])


async def ask(
    whole: Whole, panel_id: str, category: str = "question", user: str = demo.TARO
) -> Press:
    """Press a button of the panel and send its form."""
    press = await whole.discord.click(panel_id, f"ticket:{category}", user=user)
    await press.modal(15)
    return await whole.discord.submit(press, {"subject": "相談です", "details": DETAILS})


async def opened(whole: Whole, user: str = demo.TARO, panel_id: str = "") -> str:
    """Open a ticket; give its thread's id."""
    answer = await (await ask(whole, panel_id or await panel(whole), user=user)).answer(20)
    found = re.search(r"<#(\d+)>", answer["content"])
    assert found, answer["content"]
    return found[1]


def first(whole: Whole, ticket_id: str) -> Payload:
    """Give a ticket's message."""
    return whole.discord.messages_in(ticket_id)[0]


async def press(whole: Whole, ticket_id: str, label: str, user: str) -> str:
    """Press a button of a ticket's message; give the answer."""
    message = first(whole, ticket_id)
    pressed = await whole.discord.click(message["id"], label=label, user=user)
    return str((await pressed.answer(20))["content"])


async def shows(whole: Whole, ticket_id: str, *words: str) -> Payload:
    """Wait until a ticket's message shows some words."""
    return await whole.discord.wait_for_message(
        lambda m: bool(m["components"]) and all(word in shown(m) for word in words),
        channel=ticket_id,
        timeout_seconds=20,
    )


def files(whole: Whole, method: str, path: str, ticket_id: str) -> list[str]:
    """Give the records of a ticket that were sent there."""
    return [
        file["content"].decode()
        for exchange in whole.discord.exchanges
        for file in exchange.files
        if exchange.method == method
        and exchange.path.startswith(path)
        and file["filename"] == f"ticket-{ticket_id}.html"
    ]


def given(whole: Whole, press: Press, ticket_id: str) -> list[str]:
    """Give the records of a ticket that a member got as the answer to a press."""
    return [
        file["content"].decode()
        for exchange in whole.discord.exchanges
        for file in exchange.files
        if press.token in exchange.path
        and exchange.status < 400
        and file["filename"] == f"ticket-{ticket_id}.html"
    ]


async def rows(whole: Whole, query: str) -> list[asyncpg.Record]:
    """Ask the database."""
    connection = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def choose(whole: Whole, **settings: object) -> None:
    """Let the guild have other settings of tickets from now on."""
    connection = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    for name, value in settings.items():
        await connection.execute(UPSERT_SETTING.format(name=name), demo.GUILD_ID, value)
    await connection.close()


async def is_locked(whole: Whole, ticket_id: str) -> None:
    """Wait until a ticket's thread is closed."""
    await whole.discord.wait_until(
        lambda: whole.discord.world.channel(ticket_id)["thread_metadata"]["locked"],
        f"the thread {ticket_id} is locked",
        30,
    )
