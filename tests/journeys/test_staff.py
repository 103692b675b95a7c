"""Staff look after invitations from their channel, through every process."""

import asyncio

from playground import demo
from tests.journeys.conftest import Whole
from tests.services.gateway.test_panels import panel_of, panels, pressed

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
    await whole.shows(invitation_id, "'author': {'name': '終了'")
    final = await panel_of(whole, invitation_id, "'author': {'name': '終了'")
    assert [part["label"] for row in final["components"] for part in row["components"]] == ["詳細"]
