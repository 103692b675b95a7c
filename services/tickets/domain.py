"""The rules of a ticket. No I/O and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from shared.messages.envelope import NOBODY, Actor
from shared.messages.tickets.details import MOST_PEOPLE, TicketStatus
from shared.messages.tickets.guilds import TicketSettings
from shared.refusal import Refused


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation with staff; each wish gives the ticket as it is afterwards, or refuses."""

    id: str
    guild_id: str
    user_id: str
    status: TicketStatus
    staff_id: str | None
    staff_name: str | None
    on_hold: bool
    last_activity_at: datetime
    warns_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    close_reason: str | None
    added_ids: Sequence[str] = ()
    removed_ids: Sequence[str] = ()

    def claim(self, actor: Actor) -> Self:
        """Assign the ticket to the actor; refuse if it is assigned already."""
        self._check_staff(actor)
        if self.staff_id == actor.user_id:
            raise Refused("ticket_already_yours")
        if self.staff_id is not None:
            raise Refused("ticket_taken", staff_id=self.staff_id)
        return self._looked_after(actor)

    def release(self, actor: Actor) -> Self:
        """Return the ticket without an assignee; refuse unless the actor is the assignee."""
        self._check_staff(actor)
        if self.staff_id is None:
            raise Refused("ticket_not_taken")
        if self.staff_id != actor.user_id:
            raise Refused("ticket_taken", staff_id=self.staff_id)
        return self.without_staff()

    def transfer(self, actor: Actor, to: Actor) -> Self:
        """Give the ticket to another member of staff."""
        self._check_staff(actor)
        if not to.is_staff or to.guild_id != actor.guild_id:
            raise Refused("not_a_staff_member", user_id=to.user_id)
        if self.staff_id == to.user_id:
            raise Refused("ticket_taken", staff_id=to.user_id)
        return self._looked_after(to)

    def hold(self, actor: Actor) -> Self:
        """Let silence not close the ticket."""
        self._check_staff(actor)
        if self.on_hold:
            raise Refused("ticket_already_held")
        return replace(self, on_hold=True, warns_at=None, closes_at=None)

    def resume(self, actor: Actor, now: datetime, rules: TicketSettings) -> Self:
        """Let silence close the ticket again, counted from now."""
        self._check_staff(actor)
        if not self.on_hold:
            raise Refused("ticket_not_held")
        return replace(self, on_hold=False, warns_at=now + rules.warn_after, closes_at=None)

    def close(self, actor: Actor, now: datetime, reason: str | None = None) -> Self:
        """End the conversation, at the wish of its member or of staff."""
        self._check_open()
        if not actor.is_staff and actor.user_id != self.user_id:
            raise Refused("ticket_not_yours")
        return self._closed(now, actor.user_id, reason)

    def hear(self, now: datetime, rules: TicketSettings, every: timedelta) -> Self:
        """Count the silence from now on; often enough for days, and not with every message."""
        self._check_open()
        # An activity of the future was noted by a clock that was ahead.
        is_just_now = self.last_activity_at <= now < self.last_activity_at + every
        if self.closes_at is None and is_just_now:
            raise Refused("ticket_heard_just_now")
        return self.recount(now, rules)

    def recount(self, now: datetime, rules: TicketSettings) -> Self:
        """Count the silence from now on, whatever was counted before."""
        warns_at = None if self.on_hold else now + rules.warn_after
        return replace(self, last_activity_at=now, warns_at=warns_at, closes_at=None)

    def warn(self, now: datetime, rules: TicketSettings) -> Self:
        """Announce the end of a silent ticket; the scheduler's command is only a hint."""
        self._check_open()
        if self.warns_at is None or now < self.warns_at:
            raise Refused("not_yet")
        return replace(self, warns_at=None, closes_at=now + rules.close_after)

    def close_silent(self, now: datetime) -> Self:
        """End a ticket that was warned and stayed silent."""
        self._check_open()
        if self.closes_at is None or now < self.closes_at:
            raise Refused("not_yet")
        return self._closed(now, NOBODY)

    def end(self, now: datetime) -> Self:
        """Close the ticket because its thread was closed or deleted on Discord."""
        self._check_open()
        return self._closed(now, NOBODY)

    def abandon(self, now: datetime) -> Self:
        """Close the ticket of a member who has left."""
        return self._closed(now, self.user_id)

    def without_staff(self) -> Self:
        """Return the ticket without an assignee."""
        return replace(self, staff_id=None, staff_name=None)

    def let_in(self, actor: Actor, user_id: str) -> Self:
        """Add a person to the thread; refuse unless staff."""
        self._check_staff(actor)
        _check_room(self.added_ids, user_id)
        return replace(
            self,
            added_ids=[*_without(self.added_ids, user_id), user_id],
            removed_ids=_without(self.removed_ids, user_id),
        )

    def put_out(self, actor: Actor, user_id: str) -> Self:
        """Remove a person, who then is no assignee either; refuse for the ticket's own member."""
        self._check_staff(actor)
        if user_id == self.user_id:
            raise Refused("ticket_is_theirs")
        _check_room(self.removed_ids, user_id)
        left = self.without_staff() if user_id == self.staff_id else self
        return replace(
            left,
            added_ids=_without(self.added_ids, user_id),
            removed_ids=[*_without(self.removed_ids, user_id), user_id],
        )

    def check_read(self, actor: Actor) -> None:
        """Let only its member and staff read what was said, also when it is over."""
        if not actor.is_staff and actor.user_id != self.user_id:
            raise Refused("ticket_private")

    def _looked_after(self, staff: Actor) -> Self:
        return replace(
            self,
            staff_id=staff.user_id,
            staff_name=staff.name,
            removed_ids=_without(self.removed_ids, staff.user_id),
        )

    def _closed(self, now: datetime, closed_by: str, reason: str | None = None) -> Self:
        return replace(
            self,
            status="closed",
            closed_at=now,
            closed_by=closed_by,
            close_reason=reason,
            on_hold=False,
            warns_at=None,
            closes_at=None,
        )

    def _check_staff(self, actor: Actor) -> None:
        if not actor.is_staff:
            raise Refused("not_staff")
        self._check_open()

    def _check_open(self) -> None:
        if self.status == "closed":
            raise Refused("ticket_closed")


def _check_room(ids: Sequence[str], user_id: str) -> None:
    if len(_without(ids, user_id)) >= MOST_PEOPLE:
        raise Refused("ticket_people", most=MOST_PEOPLE)


def _without(ids: Sequence[str], user_id: str) -> list[str]:
    return [each for each in ids if each != user_id]
