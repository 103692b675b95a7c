"""The panel for staff and Discord's own event come back, and people who are gone are let go."""

from playground import demo
from services.gateway.i18n.translate import translate
from tests.services.gateway.features.closing.test_closing import joined
from tests.services.gateway.features.participants.test_waitlist import press, promoted
from tests.services.gateway.features.reconcile.repairs import (
    delete,
    noticed,
    until_stored,
)
from tests.services.gateway.features.staff.test_panels import (
    another_staff_member,
    panel_of,
    panels,
    pressed,
)
from tests.stage import Stage

STAFF = "SELECT staff_id FROM invitations WHERE id = $1"
SERIES = """
SELECT count(*) FROM repetitions JOIN invitations USING (request_id) WHERE id = $1
"""


def unheard(stage: Stage, user: str) -> None:
    """Let a member be gone, as after both gateways were away when they left."""
    del stage.discord.world.members[user]


async def after_ready(stage: Stage) -> None:
    """Let Discord end the gateways' sessions, and wait until both have begun new ones."""
    stage.discord.gateway.invalidate()
    await stage.discord.wait_for_sessions(2)


async def test_a_deleted_panel_is_posted_again_and_its_buttons_work(stage: Stage) -> None:
    """B8: it never came back, and nobody could be put in charge."""
    invitation_id = await stage.create(event_name="パネルの戻る会")
    there = await panel_of(stage, invitation_id, "募集中")
    delete(stage, there["id"])
    again = await panel_of(stage, invitation_id, "募集中", "パネルの戻る会")
    assert again["id"] != there["id"]
    await until_stored(
        stage, again["id"], "SELECT staff_message_id FROM invitations WHERE id = $1", invitation_id
    )
    assign = await pressed(stage, invitation_id, "assign", demo.MIDORI)
    assert "担当になりました" in (await assign.answer())["content"]
    await panel_of(stage, invitation_id, f"<@{demo.MIDORI}>")
    assert len(panels(stage, invitation_id)) == 1


async def test_a_member_who_left_unheard_gives_the_seat_to_the_waitlist(stage: Stage) -> None:
    """B9: they kept the seat, and the queue waited behind a ghost."""
    leaver = stage.discord.add_member("知らぬ間に抜けた人")
    invitation_id = await stage.create(event_name="幽霊のいない会", options={"capacity": 1})
    await joined(stage, invitation_id, leaver)
    await stage.shows(invitation_id, f"wait:{invitation_id}")
    assert "番目" in await press(stage, invitation_id, "wait", demo.HANAKO)
    unheard(stage, leaver)
    await after_ready(stage)
    await promoted(stage, invitation_id, demo.HANAKO)
    await stage.shows(invitation_id, "1 / 1", f"<@{demo.HANAKO}>")


async def test_staff_hear_once_that_a_host_left_and_the_series_ends(stage: Stage) -> None:
    """B9: nobody was noticed, and the weekly series went on."""
    host = stage.discord.add_member("抜けた主催者")
    invitation_id = await stage.create(user=host, event_name="主のない毎週の会")
    repeated = await stage.discord.slash(
        "invite repeat", user=host, options={"id": invitation_id, "times": 3}
    )
    await repeated.answer(15)
    await until_stored(stage, 1, SERIES, invitation_id)
    unheard(stage, host)
    await after_ready(stage)
    await noticed(stage, demo.STAFF_CHANNEL_ID, "主のない毎週の会", "サーバーを抜けました")
    await until_stored(stage, 0, SERIES, invitation_id)


async def test_a_host_whose_leaving_is_heard_is_named_to_staff_too(stage: Stage) -> None:
    host = stage.discord.add_member("目の前で抜ける主催者")
    invitation_id = await stage.create(user=host, event_name="主が抜ける会")
    stage.discord.leave(host)
    await noticed(stage, demo.STAFF_CHANNEL_ID, "主が抜ける会", "サーバーを抜けました")
    assert "参加しました" in await press(stage, invitation_id, "join", demo.TARO)


async def test_staff_who_lose_their_role_are_no_longer_in_charge(stage: Stage) -> None:
    """B9: they kept it for good."""
    helper = another_staff_member(stage, "役を降りる人")
    invitation_id = await stage.create(event_name="係の空く会")
    await panel_of(stage, invitation_id, "募集中")
    await (await pressed(stage, invitation_id, "assign", helper)).answer()
    await until_stored(stage, helper, STAFF, invitation_id)
    stage.discord.give_roles(helper)
    await until_stored(stage, None, STAFF, invitation_id)
    await panel_of(stage, invitation_id, "なし")


async def test_staff_who_leave_are_no_longer_in_charge(stage: Stage) -> None:
    helper = another_staff_member(stage, "去る係")
    invitation_id = await stage.create(event_name="係の去る会")
    await panel_of(stage, invitation_id, "募集中")
    await (await pressed(stage, invitation_id, "assign", helper)).answer()
    await until_stored(stage, helper, STAFF, invitation_id)
    stage.discord.leave(helper)
    await until_stored(stage, None, STAFF, invitation_id)
    await panel_of(stage, invitation_id, translate("ja", "label-no_staff"))
