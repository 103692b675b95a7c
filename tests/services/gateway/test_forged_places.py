"""Rule: an answer takes the place of a private message only, whatever custom id a member forges."""

import copy
from typing import Any

import pytest

from playground import demo
from playground.interactions import COMPONENT, MODAL_SUBMIT
from playground.people import interact
from playground.press import Press
from tests.stage import FORM, Stage, button_of, shown

PRIVATE = 64


def forged(
    stage: Stage, message: dict[str, Any], kind: int, data: dict[str, Any], part: dict[str, Any]
) -> Press:
    """Press a component of the attacker's own on a message of the bot."""
    seen = copy.deepcopy(message)
    seen["components"] = [{"type": 1, "id": 9, "components": [{**data, **part, "id": 1}]}]
    world, channel = stage.discord.world, message["channel_id"]
    sent = interact(world, kind, {**data, "id": 1}, demo.TARO, channel, message=seen)
    return Press(world, sent)


@pytest.mark.parametrize(
    "action", ["keep:{}", "leave_sure:{}:joined", "cancel_sure:{}:0", "compose"]
)
async def test_a_forged_button_or_form_changes_no_public_message(stage: Stage, action: str) -> None:
    invitation_id = await stage.create(event_name=f"偽られる会 {action[:4]}")
    message = await stage.shows(invitation_id, "参加")
    custom_id = action.format(invitation_id)
    if action == "compose":
        typed = {**FORM, "event_name": "偽物の会", "when": "明日 21:00〜2h"}
        inputs = [{"type": 4, "id": 2, "custom_id": n, "value": v} for n, v in typed.items()]
        rows = [{"type": 18, "id": 1, "component": each} for each in inputs]
        data = {"custom_id": custom_id, "components": rows, "resolved": {}}
        world = stage.discord.world
        seen = copy.deepcopy(message)
        sent = interact(world, MODAL_SUBMIT, data, demo.TARO, message["channel_id"], message=seen)
        press = Press(world, sent)
    else:
        data = {"custom_id": custom_id, "component_type": 2}
        press = forged(stage, message, COMPONENT, data, {"type": 2, "style": 4, "label": "x"})
    answer = await press.answer(15)
    assert answer["flags"] & PRIVATE
    assert shown(stage.discord.world.message(invitation_id).payload) == shown(message)


async def test_a_forged_choice_of_ones_own_draft_changes_no_public_message(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="偽られる会 choice")
    message = await stage.shows(invitation_id, "参加")
    card = await stage.draft(user=demo.TARO, event_name="偽物の会")
    data = {
        "custom_id": button_of(card, "draft_choose", "tag"),
        "component_type": 3,
        "values": ["ゲーム"],
    }
    options = [{"label": "x", "value": "ゲーム"}]
    press = forged(stage, message, COMPONENT, data, {"type": 3, "options": options})
    answer = await press.answer(15)
    assert answer["flags"] & PRIVATE
    assert "偽物の会" in shown(answer)
    assert shown(stage.discord.world.message(invitation_id).payload) == shown(message)
