"""What the invitations service does when a member wants nothing of them to be stored."""

from collections.abc import Iterator, Sequence

import structlog

from services.invitations import erasure, repository
from services.invitations.handlers.roster import withdraw
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.envelope import Actor, Message
from shared.messages.invitations.commands import DraftInvitation
from shared.messages.invitations.events import DraftDiscarded
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.staffing import StaffReleased
from shared.messages.replies import CommandRefused
from shared.refusal import Refused

log = structlog.get_logger()


async def erase_my_data(command: EraseMyData, connection: Connection) -> Outcome:
    """Take a member out of everything; refuse while they host what others count on."""
    member = command.actor
    unpublished = await erasure.take_back_drafts(connection, member.user_id)
    concerned = await erasure.lock_concerned(connection, member.user_id)
    # Under the locks, for an event that ended meanwhile: its next week was drafted in between.
    unpublished = [*unpublished, *await erasure.take_back_drafts(connection, member.user_id)]
    if hosted := [each for each in concerned if each.host_id == member.user_id]:
        raise Refused("hosts_open", count=len(hosted))
    released = await _released(concerned, member, connection)
    left = await withdraw(connection, member)
    await erasure.erase(connection, member.user_id)
    log.info("member.erased", left=len(left), drafts=len(unpublished))
    # By the id the gateway asks the tickets service to do the same.
    told = (*_discarded(unpublished), *released, *left)
    return accepted(*told, choice="done", user_id=member.user_id)


async def _released(
    concerned: Sequence[erasure.Concerned], member: Actor, connection: Connection
) -> list[StaffReleased]:
    """Let nobody look after what the member looks after as staff."""
    told = []
    for invitation in concerned:
        if invitation.staff_id == member.user_id:
            await repository.set_staff(connection, invitation.id, None)
            state = await repository.next_version(connection, invitation.id)
            released = StaffReleased(
                invitation=state, staff_id=member.user_id, staff_name=member.name
            )
            told.append(released)
    return told


def _discarded(drafts: Sequence[erasure.Unpublished]) -> Iterator[Message]:
    """Tell whoever waits for an announcement that it will not come."""
    for draft in drafts:
        yield DraftDiscarded(request_id=draft.request_id)
        if draft.reply_to:
            yield CommandRefused(
                reply_to=draft.reply_to,
                command=DraftInvitation.wire_name(),
                code="draft_missing",
            )
