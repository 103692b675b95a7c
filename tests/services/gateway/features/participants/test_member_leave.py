"""A member who leaves the guild leaves every open event in it; both replicas hear it."""

from playground import demo
from tests.services.gateway.features.closing.test_closing import thread_messages
from tests.services.gateway.features.participants.test_thread_members import inside, roster
from tests.services.gateway.features.participants.test_waitlist import full, logged, press, promoted
from tests.stage import Stage, shown


async def test_the_seat_of_a_member_who_leaves_the_guild_goes_to_the_waitlist(stage: Stage) -> None:
    """Also their place in another event's queue; a member who comes back starts again."""
    leaver = stage.discord.add_member("抜ける人")
    seated = await stage.create(event_name="席の空く会", options={"capacity": 1})
    queued = await full(stage, event_name="列の縮む会")
    assert "参加しました" in await press(stage, seated, "join", leaver)
    await stage.shows(seated, f"wait:{seated}")
    for invitation_id, user in (seated, demo.HANAKO), (queued, leaver), (queued, demo.JIRO):
        assert "番目" in await press(stage, invitation_id, "wait", user)
    await stage.shows(queued, "キャンセル待ち (2)")

    stage.discord.leave(leaver)

    await promoted(stage, seated, demo.HANAKO)
    await stage.shows(seated, "1 / 1", "満員", f"<@{demo.HANAKO}>")
    message = await stage.shows(queued, "キャンセル待ち (1)")
    assert leaver not in shown(message)
    await inside(stage, seated, demo.HANAKO)
    await logged(stage, 2, "message.handled", "invitations.WithdrawMember")
    assert len(thread_messages(stage, seated)) == 1

    stage.discord.come_back(leaver)
    assert "番目" in await press(stage, seated, "wait", leaver)


async def test_a_host_who_leaves_leaves_the_event_to_staff(stage: Stage) -> None:
    host = stage.discord.add_member("抜ける主催者")
    invitation_id = await stage.create(user=host, event_name="主催者のいない会")
    before = stage.log().count("invitations.WithdrawMember")
    stage.discord.leave(host)
    await logged(stage, before + 1, "invitations.WithdrawMember")
    await press(stage, invitation_id, "join", demo.TARO)
    await stage.shows(invitation_id, "募集中", "1 / 2")


async def test_staff_can_remove_a_member_who_has_left_the_guild(stage: Stage) -> None:
    """For example after an outage of the gateway: Discord does not repeat events."""
    leaver = stage.discord.add_member("いつの間にかいない人")
    invitation_id = await stage.create(event_name="片付けられる会")
    await press(stage, invitation_id, "join", leaver)
    await inside(stage, invitation_id, leaver)
    del stage.discord.world.members[leaver]
    assert "サーバーにいません" in await roster(stage, "add", invitation_id, leaver, demo.SAKURA)
    assert "外しました" in await roster(stage, "remove", invitation_id, leaver, demo.SAKURA)
    await stage.shows(invitation_id, "0 / 2")


async def test_an_old_leave_does_not_affect_a_member_who_is_back(stage: Stage) -> None:
    """Discord repeats departures when a connection is resumed."""
    member = stage.discord.add_member("戻っている人")
    invitation_id = await stage.create(event_name="席の残る会")
    await press(stage, invitation_id, "join", member)
    await stage.shows(invitation_id, "1 / 2")
    before = stage.log().count("member.back")
    user = stage.discord.world.users[member]
    world = stage.discord.world
    world.emit("GUILD_MEMBER_REMOVE", {"guild_id": world.guild_id, "user": user})
    await logged(stage, before + 2, "member.back")
    assert member in shown(await stage.shows(invitation_id, "1 / 2"))
