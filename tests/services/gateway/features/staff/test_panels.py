"""The panel in the staff channel: it follows its invitation, and never holds it up."""

import pytest

from playground import demo
from playground.press import Press
from playground.refusals import ClientRefusal, Payload
from services.gateway.features.staff.views import panel
from tests.services.gateway.drawing.test_views import HOSTILE, LONG_ID, WORST, field, view
from tests.services.gateway.drawing.test_views import labels as states
from tests.services.gateway.features.closing.test_closing import forged, labels
from tests.stage import Stage, confirmed, shown


async def panel_of(stage: Stage, invitation_id: str, *words: str) -> Payload:
    """Wait until an invitation's panel shows some words; give it."""
    return await stage.discord.wait_for_message(
        lambda m: _is_of(m, invitation_id) and all(word in shown(m) for word in words),
        channel=demo.STAFF_CHANNEL_ID,
        timeout_seconds=15,
    )


def panels(stage: Stage, invitation_id: str) -> list[Payload]:
    there = stage.discord.messages_in(demo.STAFF_CHANNEL_ID)
    return [m for m in there if _is_of(m, invitation_id)]


def _is_of(message: Payload, invitation_id: str) -> bool:
    """Tell a panel from the others, and from transcripts of tickets that are there too."""
    embeds = message["embeds"]
    return bool(embeds) and str(embeds[0].get("url", "")).endswith(f"/{invitation_id}")


async def pressed(stage: Stage, invitation_id: str, action: str, user: str) -> Press:
    """Press a button of an invitation's panel, once it is there."""
    button = f"{action}:{invitation_id}"
    there = await stage.discord.wait_for_message(
        lambda m: _is_of(m, invitation_id) and button in str(m["components"]),
        channel=demo.STAFF_CHANNEL_ID,
        timeout_seconds=15,
    )
    return await stage.discord.click(there["id"], button, user=user)


def another_staff_member(stage: Stage, name: str) -> str:
    return stage.discord.add_member(name, roles=(demo.STAFF_ROLE_ID,))


def test_a_panel_shows_what_staff_must_know_within_discords_limits() -> None:
    worst = view(100, 100, 100, **WORST).model_copy(
        update={"staff_id": LONG_ID, "cancel_reason": HOSTILE * 3}
    )
    embed = panel(worst, "ja")["embeds"][0]
    assert len(embed["title"]) <= 256
    assert embed["url"] == f"https://discord.com/channels/{LONG_ID}/{LONG_ID}/{LONG_ID}"
    assert "[x](" not in embed["title"]
    assert field(panel(worst, "ja"), "担当") == f"<@{LONG_ID}>"
    assert field(panel(view(3, waiting=2), "ja"), "キャンセル待ち") == "2"


def test_only_one_of_assigning_and_releasing_can_be_pressed() -> None:
    free = states(panel(view(), "ja"))
    taken = states(panel(view().model_copy(update={"staff_id": LONG_ID}), "ja"))
    assert list(free) == ["担当する", "担当を外す", "中止する", "終了する", "詳細"]
    assert (free["担当する"], free["担当を外す"]) == (False, True)
    assert (taken["担当する"], taken["担当を外す"]) == (True, False)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_the_panel_of_a_final_invitation_offers_only_the_details(status: str) -> None:
    assert states(panel(view(status=status), "ja")) == {"詳細": False}


async def test_a_panel_follows_its_invitation_from_draft_to_end(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="見守られる会")
    there = await panel_of(stage, invitation_id, "見守られる会", "募集中", "なし", "0 / 2")
    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await join.answer()
    await panel_of(stage, invitation_id, "1 / 2")

    assign = await pressed(stage, invitation_id, "assign", demo.MIDORI)
    assert "担当になりました" in (await assign.answer())["content"]
    await panel_of(stage, invitation_id, f"<@{demo.MIDORI}>")

    form = await pressed(stage, invitation_id, "cancel", demo.MIDORI)
    submit = await stage.discord.submit(form, {"reason": "台風"})
    answer = await confirmed(stage.discord, await submit.answer(), demo.MIDORI)
    assert "中止しました" in answer["content"]
    final = await panel_of(stage, invitation_id, "'name': '中止'", "台風", f"<@{demo.MIDORI}>")
    assert final["id"] == there["id"]
    assert labels(final) == ["詳細"]


async def test_a_late_press_names_the_assignee_and_any_staff_member_may_release(
    stage: Stage,
) -> None:
    invitation_id = await stage.create(event_name="引き継がれる会")
    await panel_of(stage, invitation_id, "募集中")
    loud = another_staff_member(stage, "**@everyone**")
    await (await pressed(stage, invitation_id, "assign", loud)).answer()
    # As on a panel that does not show yet who has it.
    late = await forged(stage, invitation_id, "assign", demo.MIDORI)
    refused = (await late.answer())["content"]
    assert "\\*\\*\\@everyone\\*\\* さんが担当しています" in refused
    await panel_of(stage, invitation_id, f"<@{loud}>")

    release = await pressed(stage, invitation_id, "release", demo.MIDORI)
    assert "担当を外しました" in (await release.answer())["content"]
    await panel_of(stage, invitation_id, "なし")


async def test_the_details_name_the_assignee_to_staff_only(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="係が見える会")
    await panel_of(stage, invitation_id, "募集中")
    await (await pressed(stage, invitation_id, "assign", demo.MIDORI)).answer()
    look = await stage.discord.click(
        panels(stage, invitation_id)[0]["id"], f"detail:{invitation_id}:panel", user=demo.MIDORI
    )
    assert f"'value': '<@{demo.MIDORI}>'" in shown(await look.answer())
    for member in (demo.TARO, demo.SAKURA):
        look = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=member)
        assert "担当" not in shown(await look.answer())
    with pytest.raises(ClientRefusal):
        await pressed(stage, invitation_id, "release", demo.TARO)


async def test_a_staff_channel_that_refuses_costs_no_invitation(stage: Stage) -> None:
    event_name = "パネルのない会"
    # As long as it refuses: the reconciler posts the panel as soon as it can.
    fault = stage.discord.faults.add(
        method="POST",
        template="/channels/{channel_id}/messages",
        where=lambda exchange: (
            demo.STAFF_CHANNEL_ID in exchange.path and event_name in str(exchange.body)
        ),
        answer=403,
        code=50013,
        times=None,
    )
    invitation_id = await stage.create(event_name=event_name)
    assert fault.hits >= 1
    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await join.answer()
    await stage.shows(invitation_id, "1 / 2")
    assert panels(stage, invitation_id) == []
    stage.discord.faults.remove(fault)


async def test_a_panel_deleted_by_hand_stops_nothing(stage: Stage) -> None:
    """Nobody hears of it; the gateway finds it out at the press, and posts the panel again."""
    invitation_id = await stage.create(event_name="パネルが消された会")
    there = await panel_of(stage, invitation_id, "募集中")
    del stage.discord.world.messages[there["id"]]
    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await join.answer()
    await stage.shows(invitation_id, "1 / 2")
    again = await panel_of(stage, invitation_id, "1 / 2")
    assert [m["id"] for m in panels(stage, invitation_id)] == [again["id"]] != [there["id"]]


async def test_a_panel_outlives_its_announcement(stage: Stage) -> None:
    """Staff see the end of an event whose announcement was deleted."""
    invitation_id = await stage.create(event_name="告知が消された会")
    await panel_of(stage, invitation_id, "募集中")
    del stage.discord.world.messages[invitation_id]
    ask = await pressed(stage, invitation_id, "complete", demo.MIDORI)
    question = await ask.answer()
    sure = await stage.discord.click(question["id"], f"completed:{invitation_id}", user=demo.MIDORI)
    await sure.answer()
    await panel_of(stage, invitation_id, "'author': {'name': '終了'")
