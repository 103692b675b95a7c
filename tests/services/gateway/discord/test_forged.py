"""Rule: a forged id of a button or form is refused with an answer and never causes a failure."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence

from playground import demo
from playground.interactions import COMPONENT, MODAL_SUBMIT
from playground.people import interact
from playground.press import Press
from playground.server import MiniatureDiscord
from services.gateway.i18n.translate import refusal
from tests.stage import Stage

BUTTONS = [
    *("join", "wait", "interest", "leave", "reveal", "detail"),
    *("edit", "schedule", "settings", "cancel", "complete", "completed", "link", "profile"),
    *("assign", "release", "audit", "list", "mine", "history"),
    *("ticket", "ticket-claim", "ticket-release", "ticket-hold", "ticket-resume", "ticket-close"),
    *("ticket-transcript", "ticket-list"),
]
FORMS = ["invite", "edit", "cancel", "link", "profile", "ticket", "ticket-close"]
NO_IDS = ["", "abc", "-1", "１２", "9" * 21, "../../metrics", "1'--", "a\x00b", ":", "1 2"]
TYPED = {"reason": "x", "instance_link": "x", "vrchat_profile": "x", "subject": "x", "details": "x"}
FAILURES = ("interaction.failed", "internal_error", "message.failed", "message.dead")


def forge(stage: Stage, custom_id: str, user: str) -> Press:
    """Press a button that no message has."""
    return forge_on(stage.discord, custom_id, user)


def forge_on(discord: MiniatureDiscord, custom_id: str, user: str) -> Press:
    """Press a button that the newest announcement gets for it."""
    data = {"custom_id": custom_id, "component_type": 2, "id": 1}
    button = data | {"type": 2, "style": 4, "label": "x"}
    message = discord.messages_in(demo.ANNOUNCEMENT_CHANNEL_ID)[-1]
    message["components"] = [{"type": 1, "id": 9, "components": [button]}]
    world, channel = discord.world, demo.ANNOUNCEMENT_CHANNEL_ID
    return Press(world, interact(world, COMPONENT, data, user, channel, message=message))


def forge_form(stage: Stage, custom_id: str, user: str, typed: Mapping[str, str]) -> Press:
    """Send a form that nobody was shown."""
    return forge_form_on(stage.discord, custom_id, user, typed)


def forge_form_on(
    discord: MiniatureDiscord, custom_id: str, user: str, typed: Mapping[str, str]
) -> Press:
    """Send a form that nobody was shown."""
    inputs = [{"type": 4, "id": 2, "custom_id": name, "value": typed[name]} for name in typed]
    rows = [{"type": 18, "id": 1, "component": each} for each in inputs]
    data = {"custom_id": custom_id, "components": rows, "resolved": {}}
    world, channel = discord.world, demo.ANNOUNCEMENT_CHANNEL_ID
    return Press(world, interact(world, MODAL_SUBMIT, data, user, channel))


def failures(stage: Stage) -> int:
    return sum(stage.log().count(word) for word in FAILURES)


async def test_a_forged_id_is_refused_with_a_readable_answer(stage: Stage) -> None:
    await stage.create(event_name="偽られる会")
    before = failures(stage)
    tails = itertools.cycle(NO_IDS)
    wrong = [f"{start}:{next(tails)}" for start in BUTTONS for _ in range(3)]
    wrong += [*BUTTONS[:6], *(f"{start}:{'9' * 20}" for start in BUTTONS[:6])]
    forms = [f"{start}:{next(tails)}" for start in FORMS for _ in range(4)]

    said = await answers(wrong, lambda each: forge(stage, each, demo.TARO))
    said |= await answers(forms, lambda each: forge_form(stage, each, demo.TARO, TYPED))

    wrongly = {each for each, text in said.items() if not text or "問題が起きた" in text}
    assert wrongly == set()
    assert failures(stage) == before


def words(press: Press) -> str:
    return str((press.current() or {"content": ""})["content"])


async def answers(wrong: Sequence[str], send: Callable[[str], Press]) -> dict[str, str]:
    """Send a few at a time; an id that is not answered has no words."""
    said = dict.fromkeys(wrong, "")
    for some in (wrong[first : first + 12] for first in range(0, len(wrong), 12)):
        sent = {each: send(each) for each in some}
        with contextlib.suppress(TimeoutError):
            await asyncio.gather(*(press.answer(10) for press in sent.values()))
        said |= {each: words(press) for each, press in sent.items()}
    return said


async def test_a_press_that_no_feature_knows_is_answered_and_costs_nothing(stage: Stage) -> None:
    before = failures(stage)
    ids = ("", ":", "x" * 100, "erase-my-dat", "[")
    said = await answers(ids, lambda each: forge(stage, each, demo.TARO))
    known = forge(stage, f"join:{'9' * 20}", demo.TARO)
    await known.answer(10)
    assert "見つかりません" in words(known)
    assert set(said.values()) == {refusal("ja", "unknown_component", {})}
    assert failures(stage) == before
