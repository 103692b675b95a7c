"""A series counts towards the events that a host may announce in a day."""

from uuid import UUID

from services.invitations.handlers import handlers
from services.invitations.quotas import Quotas
from shared.database import Pool
from shared.dispatch import handle_once
from shared.limits import DAY, Limit
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import CancelInvitation
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from tests import builders
from tests.builders import HOST, INVITATION_ID
from tests.services.invitations.telling import drain, published, say


async def test_a_host_cannot_pass_the_limit_of_a_day_by_calling_off_one_week_after_another(
    pool: Pool,
) -> None:
    limited = handlers(Quotas(events=Limit("events", 1, DAY)))
    await published(pool)
    weekly = Repetition(times=52)
    await say(pool, RepeatInvitation(actor=HOST, invitation_id=INVITATION_ID, repetition=weekly))
    await drain(pool)
    cancel = CancelInvitation(actor=HOST, invitation_id=INVITATION_ID)
    await handle_once(Envelope.first(cancel), limited, pool)
    [draft] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    request_id = UUID(draft["request_id"])
    await say(pool, builders.publish(request_id, "1002"))
    await drain(pool)
    again = CancelInvitation(actor=HOST, invitation_id="1002")
    assert await handle_once(Envelope.first(again), limited, pool) == "done"
    assert [name for name, _ in await drain(pool)] == ["InvitationCancelled"]
    assert await pool.fetchval("SELECT count(*) FROM repetitions") == 0
