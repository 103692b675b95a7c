"""Staff take charge of invitations from their channel, through every process."""

import asyncio

from playground import demo
from services.gateway.i18n.translate import refusal
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import opened
from tests.services.gateway.discord.test_forged import forge, forge_form
from tests.services.gateway.features.staff.test_panels import panel_of, panels, pressed
from tests.stage import INSTANCE_LINK, PROFILE

ROUNDS = 3


async def test_two_staff_press_at_the_same_instant_and_one_has_it(whole: Whole) -> None:
    """Each press reaches both replicas of the gateway, which race for it too."""
    momo = whole.discord.add_member("もも_*係*", roles=(demo.STAFF_ROLE_ID,))
    invitation_id = await whole.create(event_name="取り合いの会")
    await panel_of(whole, invitation_id, "募集中")
    staff = (demo.MIDORI, momo)
    for version in range(1, 2 * ROUNDS, 2):
        presses = [await pressed(whole, invitation_id, "assign", each) for each in staff]
        answers = [(await press.answer(15))["content"] for press in presses]

        row = await whole.row(invitation_id)
        winner = staff.index(row["staff_id"])
        assert "担当になりました" in answers[winner]
        name = ("みどり", "もも\\_\\*係\\*")[winner]
        assert answers[1 - winner] == f"すでに {name} さんが担当しています。"
        assert row["version"] == version + 1
        await panel_of(whole, invitation_id, f"<@{row['staff_id']}>")

        release = await pressed(whole, invitation_id, "release", staff[1 - winner])
        assert "担当を外しました" in (await release.answer(15))["content"]
        await panel_of(whole, invitation_id, "'担当', 'value': 'なし'")
    await asyncio.wait_for(whole.settled(), 30)
    assert len(panels(whole, invitation_id)) == 1


async def test_staff_end_an_event_from_its_panel(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="係が終える会")
    await panel_of(whole, invitation_id, "募集中")
    question = await (await pressed(whole, invitation_id, "complete", demo.MIDORI)).answer(15)
    sure = await whole.discord.click(question["id"], f"completed:{invitation_id}", user=demo.MIDORI)
    assert "終了しました" in (await sure.answer(15))["content"]
    await whole.shows(invitation_id, "'author': {'name': '🏁 終了'")
    final = await panel_of(whole, invitation_id, "'author': {'name': '終了'")
    assert [part["label"] for row in final["components"] for part in row["components"]] == ["詳細"]


async def test_a_stranger_who_forges_buttons_and_forms_is_refused(whole: Whole) -> None:
    """Buttons and forms that a stranger was never shown, of an event and of a ticket."""
    event = await whole.create(event_name="守られる会")
    ticket = await opened(whole, demo.HANAKO)
    presses = {
        **{f"{action}:{event}": "not_host" for action in ("completed", "edit")},
        **{f"{action}:{event}": "not_staff" for action in ("assign", "release")},
        f"reveal:{event}": "not_seated",
        f"audit:{event}:-:a1": "not_staff",
        f"audit:-:{demo.SAKURA}:a1": "not_staff",
        "calendar:renew-guild": "not_staff",
        **{f"ticket-{each}:{ticket}": "not_staff" for each in ("claim", "release", "hold")},
        f"ticket-resume:{ticket}": "not_staff",
        f"ticket-transcript:{ticket}": "ticket_private",
        "ticket-list:open:a1.1": "not_staff",
    }
    forms = {
        f"cancel:{event}": ("not_host", {"reason": "いたずら"}),
        f"link:{event}": ("not_host", {"instance_link": INSTANCE_LINK}),
        f"profile:{event}": ("not_host", {"vrchat_profile": PROFILE}),
        f"edit:content:{event}:{'0' * 16}:0:0": (
            "not_host",
            {"event_name": "x", "world_name": "x", "description": "x"},
        ),
        f"ticket-close:{ticket}": ("ticket_not_yours", {"close_reason": "x"}),
    }
    for custom_id, code in presses.items():
        answer = await forge(whole, custom_id, demo.TARO).answer(15)
        assert answer["content"] == refusal("ja", code, {}), custom_id
    for custom_id, (code, typed) in forms.items():
        answer = await forge_form(whole, custom_id, demo.TARO, typed).answer(15)
        assert answer["content"] == refusal("ja", code, {}), custom_id
    row = await whole.row(event)
    assert (row["status"], row["version"], row["event_name"]) == ("recruiting", 1, "守られる会")
