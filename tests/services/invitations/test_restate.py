"""After a restore every open event is published again, with a newer version than before."""

from services.invitations.republish_state import LEAP, republish_state
from shared.database import Pool
from shared.messages.invitations.commands import CompleteInvitation, JoinInvitation
from tests.builders import HOST, INVITATION_ID, member, soon
from tests.services.invitations.telling import drain, published, say, stored


async def test_an_open_event_is_republished_under_a_new_version(
    pool: Pool,
) -> None:
    await published(pool)
    await say(pool, JoinInvitation(actor=member(1), invitation_id=INVITATION_ID))
    await drain(pool)
    before = await stored(pool)
    assert await republish_state(pool) == 1
    ((name, edited),) = await drain(pool)
    assert (name, edited["changed"]) == ("InvitationEdited", [])
    assert edited["invitation"]["joined_count"] == 1
    assert edited["invitation"]["version"] == before["version"] + LEAP + 1
    assert (await stored(pool))["version"] == before["version"] + LEAP + 1


async def test_an_ended_invitation_is_not_republished(pool: Pool) -> None:
    await published(pool, start_time=soon(minutes=-5))
    await say(pool, CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID))
    await drain(pool)
    before = await stored(pool)
    assert await republish_state(pool) == 0
    assert await drain(pool) == []
    assert await stored(pool) == before
