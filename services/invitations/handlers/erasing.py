"""What the invitations service does when a member wants nothing of them to be stored."""

from collections.abc import Iterator, Sequence

import structlog

from services.invitations.domain import Invitation
from services.invitations.handlers.roster import co_host_left, take_out
from services.invitations.sql import erasure, invitations
from shared import erasures
from shared.database import Connection
from shared.dispatch import Outcome, accepted, answer_to
from shared.messages.envelope import Actor, Message
from shared.messages.invitations.events import DraftDiscarded, MemberErased
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.staffing import StaffReleased
from shared.messages.replies import CommandRefused
from shared.refusal import Refused
from shared.rows import row_named

log = structlog.get_logger()


async def erase_my_data(command: EraseMyData, connection: Connection) -> Outcome:
    """Take a member out of everything; refuse while they host what others count on.

    All of it or nothing: a row whose event cannot be written undoes the whole, and the message is
    retried.
    """
    await erasures.begin(connection, command)
    # The events of an erasure name nobody, only the id to act on.
    member = Actor(user_id=command.actor.user_id, name=erasure.ERASED_NAME)
    unpublished: list[erasure.Unpublished] = []
    events: list[Message] = []
    while True:
        drafts = [*await erasure.take_back_drafts(connection, member.user_id)]
        concerned = await erasure.lock_concerned(connection, member.user_id)
        # Under the locks, for an event that ended meanwhile: its next week was drafted in between.
        drafts += await erasure.take_back_drafts(connection, member.user_id)
        if not drafts and not concerned:
            break
        if hosted := [each for each in concerned if each.host_id == member.user_id]:
            raise Refused("hosts_open", count=len(hosted))
        unpublished += drafts
        for invitation in concerned:
            with row_named("invitation", invitation.id):
                events += await _released(invitation, member, connection)
                if member.user_id in invitation.co_host_ids:
                    events.append(await co_host_left(connection, invitation, member))
                events += await take_out(connection, invitation, member)
    await erasure.erase(connection, member.user_id)
    log.info("member.erased", events=len(events), drafts=len(unpublished))
    # By the id the gateway asks the tickets service to do the same. MemberErased comes last: every
    # event that names the member is before it.
    messages = (*_discarded(unpublished), *events, MemberErased(user_id=member.user_id))
    return accepted(*messages, choice="done", user_id=member.user_id)


async def _released(
    invitation: Invitation, member: Actor, connection: Connection
) -> list[StaffReleased]:
    """Remove a member from a locked invitation that they are in charge of as staff."""
    if invitation.staff is None or invitation.staff.user_id != member.user_id:
        return []
    await invitations.set_staff(connection, invitation.id, None)
    state = await invitations.next_version(connection, invitation.id)
    return [StaffReleased(invitation=state, staff_id=member.user_id, staff_name=member.name)]


def _discarded(drafts: Sequence[erasure.Unpublished]) -> Iterator[Message]:
    """Yield the events and answers that no announcement will come."""
    for draft in drafts:
        yield DraftDiscarded(request_id=draft.request_id)
        yield from answer_to(draft.reply_to, draft.command, CommandRefused, code="draft_missing")
