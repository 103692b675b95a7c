"""In one guild nothing shows an event of another guild: no command, list, suggestion or button."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

import services.gateway.commands.components  # noqa: F401 - so that every button is known
from playground import demo
from playground.interactions import COMPONENT
from playground.people import interact
from playground.press import Press
from services.gateway.drawing.buttons import InvitationButton
from tests import builders
from tests.schema.rows import insert, invitation, participant
from tests.services.gateway.features.lists.test_lists import listed
from tests.stage import INSTANCE_LINK, PROFILE, Stage, shown

NAME = "よその会"
TARO = {"member": demo.TARO}
COMMANDS: Mapping[str, Mapping[str, Any]] = {
    "invite show": {},
    "invite duplicate": {},
    "invite repeat": {"times": 2},
    "invite add": TARO,
    "invite remove": TARO,
    "staff audit": {},
}
FORMS: Mapping[str, Mapping[str, str]] = {
    "cancel": {"reason": "雨"},
    "link": {"instance_link": INSTANCE_LINK},
    "profile": {"vrchat_profile": PROFILE},
}
# The first is about the member; the second only asks whether the third is meant.
READS_NOTHING = {"mute", "complete"}


def names(kind: type[InvitationButton] = InvitationButton) -> Iterator[str]:
    for each in kind.__subclasses__():
        yield from names(each)
        if each.name not in {"", *READS_NOTHING}:
            yield each.name


@pytest.fixture
async def stranger(stage: Stage) -> str:
    """Let another guild have an event that starts before all others, with Taro in it."""
    start = builders.soon(minutes=1)
    row = invitation(
        guild_id="9",
        host_id=demo.SAKURA,
        event_name=NAME,
        start_time=start,
        end_time=start + timedelta(hours=1),
    )
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute("SET search_path = invitations")
    await insert(connection, "invitations", row)
    await insert(connection, "participants", participant(row["id"], user_id=demo.TARO))
    await connection.close()
    return str(row["id"])


def forged(stage: Stage, message_id: str, custom_id: str) -> Press:
    """Press a button that our own announcement does not have."""
    data = {"custom_id": custom_id, "component_type": 2, "id": 1}
    message = stage.discord.message(message_id)
    message["components"] = [{"type": 1, "id": 9, "components": [data | {"type": 2, "style": 4}]}]
    channel = demo.ANNOUNCEMENT_CHANNEL_ID
    sent = interact(stage.discord.world, COMPONENT, data, demo.SAKURA, channel, message=message)
    return Press(stage.discord.world, sent)


async def test_no_command_finds_an_event_of_another_guild(stage: Stage, stranger: str) -> None:
    for name, options in COMMANDS.items():
        user = demo.MIDORI if name == "staff audit" else demo.SAKURA
        press = await stage.discord.slash(name, user=user, options={"id": stranger, **options})
        assert (await press.answer(15))["content"] == "この募集は見つかりませんでした。", name


async def test_no_button_or_form_finds_an_event_of_another_guild(
    stage: Stage, stranger: str
) -> None:
    own = await stage.create(event_name="うちの会")
    kinds = {*names()}
    assert {"join", "detail", "reveal", "assign", *FORMS} <= kinds
    for name in sorted(kinds):
        press = forged(stage, own, f"{name}:{stranger}")
        if name in FORMS:
            await press.modal(15)
            press = await stage.discord.submit(press, FORMS[name])
        assert (await press.answer(15))["content"] == "この募集は見つかりませんでした。", name


async def test_no_list_and_no_suggestion_shows_an_event_of_another_guild(
    stage: Stage, stranger: str
) -> None:
    for name in ("invite show", "invite duplicate", "invite repeat"):
        assert await stage.discord.autocomplete(name, "id", NAME, user=demo.SAKURA) == []
    for name, user in (
        ("invite list", demo.JIRO),
        ("invite mine", demo.SAKURA),
        ("invite history", demo.TARO),
    ):
        answer = await (await stage.discord.slash(name, user=user)).answer(15)
        assert stranger not in listed(answer)
        assert NAME not in shown(answer)
