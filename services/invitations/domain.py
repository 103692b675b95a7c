"""The rules of an invitation. No I/O and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from services.invitations.edit import Edit
from services.invitations.postable import check_co_hosts, check_times
from services.invitations.weekly import A_WEEK, NextWeek, Occurrence
from shared.messages.envelope import Actor, Command
from shared.messages.invitations.details import Part, Status, sign_up_at, sign_up_mistake
from shared.messages.invitations.reminding import Reminder, all_reminders
from shared.messages.invitations.repetition import MOST_TIMES, Repetition
from shared.refusal import Refused

FINAL: frozenset[Status] = frozenset({"completed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Invitation:
    """An event that looks for participants, as far as its rules need to know it."""

    id: str
    guild_id: str
    status: Status
    host_id: str
    start_time: datetime
    end_time: datetime
    max_participants: int
    joined_count: int
    waitlisted_count: int
    reminder_minutes: int
    reminded_for: datetime | None
    opening_time: datetime | None
    cutoff_time: datetime | None
    sign_up_announced: datetime | None
    start_announced: datetime | None
    read_at: datetime
    """When it was read, by the database's clock: the moment of a command that nobody pressed."""
    staff: Actor | None = None
    co_host_ids: Sequence[str] = ()
    more_reminders: Sequence[Reminder] = ()
    reminded_until: datetime | None = None
    """When the last reminder that was sent was due."""
    has_ended: bool = False
    """Its end time has come by the database's clock, whether the scheduler has closed it or not."""

    def with_one_more_seated(self) -> Self:
        """Return it with one more seat taken."""
        return replace(self, joined_count=self.joined_count + 1)

    @property
    def is_full(self) -> bool:
        """Return whether every seat is taken, which is so while the waitlist is not empty."""
        return self.joined_count >= self.max_participants

    def is_hosted_by(self, user_id: str) -> bool:
        """Return whether a member is its host or a co-host."""
        return user_id == self.host_id or user_id in self.co_host_ids

    def check_join(self, actor: Actor, current: Part | None, pressed_at: datetime | None) -> None:
        """Refuse if already seated, if host, out of the time of sign-up, or if no seat is free."""
        self._check_not_joined(actor, current)
        self._check_sign_up(pressed_at)
        self._check_seat(current)

    def check_wait(self, actor: Actor, current: Part | None, pressed_at: datetime | None) -> None:
        """Refuse if queued or seated, if host, out of the time of sign-up, or if seats are free."""
        self._check_not_joined(actor, current)
        if current == "waitlisted":
            raise Refused("already_waitlisted")
        self._check_sign_up(pressed_at)
        if not self.is_full:
            raise Refused("not_full")

    def _check_not_joined(self, actor: Actor, current: Part | None) -> None:
        self._check_open()
        self._check_not_host(actor)
        if current == "joined":
            raise Refused("already_joined")

    def _check_sign_up(self, pressed_at: datetime | None) -> None:
        """Refuse a press outside the time of sign-up, however late it arrives."""
        opens, closes = self.opening_time, self.cutoff_time
        sign_up = sign_up_at(pressed_at or self.read_at, opens, closes)
        if sign_up == "before" and opens is not None:
            raise Refused("sign_up_not_open", opens_at=int(opens.timestamp()))
        if sign_up == "closed" and closes is not None:
            raise Refused("sign_up_closed", closed_at=int(closes.timestamp()))

    def _check_seat(self, current: Part | None) -> None:
        if self.is_full and current == "waitlisted":
            raise Refused("already_waitlisted")
        if self.is_full:
            raise Refused("full", max_participants=self.max_participants)

    def check_interest(self, actor: Actor, current: Part | None) -> None:
        """Refuse if already interested, or if host."""
        self._check_open()
        self._check_not_host(actor)
        if current == "interested":
            raise Refused("already_interested")

    def check_leave(self, current: Part | None) -> None:
        """Refuse if the member has no part in the event."""
        self._check_open()
        if current is None:
            raise Refused("not_participant")

    def seats_passed_on(self, given_up: Part | None) -> int:
        """Return how many waiting members get a seat when a member gives up a part."""
        return min(self.waitlisted_count, 1 if given_up == "joined" else 0)

    def check_edit(self, edit: Edit, now: datetime) -> None:
        """Refuse an empty edit, wrong times, an end in the past, and fewer seats than are taken."""
        if not edit.changed:
            raise Refused("nothing_changed")
        if edit.after.start_time >= edit.after.end_time:
            raise Refused("ends_before_start")
        after = edit.after
        if mistake := sign_up_mistake(after.end_time, after.opening_time, after.cutoff_time):
            raise Refused(mistake)
        if "end_time" in edit.changed and edit.after.end_time <= now:
            raise Refused("end_in_past")
        if {"start_time", "end_time"}.intersection(edit.changed):
            check_times(edit.after, now)
        if edit.after.max_participants < self.joined_count:
            raise Refused("below_seats_taken", joined_count=self.joined_count)

    def check_co_hosts(self, actor: Actor, after: Sequence[str]) -> None:
        """Refuse the host among the co-hosts, and a co-host who names others.

        A co-host can only take themself out.
        """
        check_co_hosts(self.host_id, after)
        if actor.is_staff or actor.user_id == self.host_id:
            return
        without = [each for each in self.co_host_ids if each != actor.user_id]
        if list(after) not in (list(self.co_host_ids), without):
            raise Refused("only_host_names")

    def seats_added(self, max_participants: int) -> int:
        """Return how many waiting members get a seat when there are more seats."""
        return min(self.waitlisted_count, max_participants - self.joined_count)

    def check_changed_by(self, actor: Actor) -> None:
        """Refuse unless host or staff, and unless the event is open."""
        self._check_host_or_staff(actor)
        self._check_open()

    def check_completed_by(self, actor: Actor) -> None:
        """Refuse unless host or staff; an event may be over, but not closed yet."""
        self._check_host_or_staff(actor)
        self._check_not_final()

    def repeat(
        self, actor: Actor, repetition: Repetition, now: datetime, zone: ZoneInfo
    ) -> NextWeek:
        """Return the first repetition; refuse a last day before it, or too far away.

        The day is one of the guild's zone.
        """
        self.check_changed_by(actor)
        this = Occurrence(self.start_time, self.end_time)
        if repetition.until is not None:
            farthest = (this.local_start(zone) + MOST_TIMES * A_WEEK).date()
            if repetition.until > farthest:
                raise Refused("until_too_far", farthest=farthest.isoformat())
        found = NextWeek.after(this, repetition, now, zone)
        if found is None:
            raise Refused("until_too_soon")
        return found

    def check_reveal(self, actor: Actor, current: Part | None) -> None:
        """Refuse unless the member has a seat or is a host; staff may not read it either."""
        self._check_open()
        if current != "joined" and not self.is_hosted_by(actor.user_id):
            raise Refused("not_seated")

    def check_add(self, actor: Actor, member: Actor, current: Part | None) -> None:
        """Refuse unless host or staff, if the member has a seat, and if no seat is free.

        The time of sign-up is a rule for members only.
        """
        self._check_host_or_staff(actor)
        self._check_not_joined(member, current)
        self._check_seat(current)

    def check_remove(self, actor: Actor, current: Part | None) -> None:
        """Refuse unless host or staff, and unless the member has a part."""
        self._check_host_or_staff(actor)
        self.check_leave(current)

    def check_assign(self, actor: Actor) -> None:
        """Refuse unless staff, and if the event is assigned already."""
        check_staff(actor)
        self._check_open()
        if self.staff is None:
            return
        if self.staff.user_id == actor.user_id:
            raise Refused("already_yours")
        raise Refused("already_assigned", staff_name=self.staff.name)

    def check_release(self, actor: Actor) -> Actor:
        """Return the assignee; any staff may release, in case the assignee has left."""
        check_staff(actor)
        self._check_open()
        if self.staff is None:
            raise Refused("not_assigned")
        return self.staff

    def check_close(self, now: datetime) -> None:
        """Refuse before the end time: the scheduler's command is only a hint."""
        self._check_not_final()
        if now < self.end_time:
            raise Refused("not_yet")

    def due_reminders(self, now: datetime) -> list[Reminder]:
        """Return the reminders that are due and not sent, the first first.

        Refuse if it is too early, if the event has started, and if they were sent for this start.
        """
        self._check_open()
        reminders = all_reminders(self.reminder_minutes, self.more_reminders)
        due = [each for each in reminders if now >= self.start_time - each.ahead]
        if not due:
            raise Refused("not_yet")
        if now >= self.start_time:
            raise Refused("already_started")
        if self.reminded_for not in (None, self.start_time):
            return due[-1:]  # what was sent for another start is not said again
        until = self.reminded_until
        if until is None and self.reminded_for is not None:  # by a release before
            until = self.reminded_for - timedelta(minutes=self.reminder_minutes)
        left = [each for each in due if until is None or self.start_time - each.ahead > until]
        if not left:
            raise Refused("already_reminded")
        return left

    def sign_up_to_announce(self, now: datetime) -> datetime:
        """Return the opening time or cut-off that has come last; refuse one that is announced."""
        self._check_open()
        times = (self.opening_time, self.cutoff_time)
        come = [at for at in times if at is not None and at <= now]
        if not come:
            raise Refused("not_yet")
        if self.sign_up_announced == max(come):
            raise Refused("already_announced")
        return max(come)

    def check_start(self, now: datetime) -> None:
        """Refuse before the start, and if this start is announced."""
        self._check_open()
        if now < self.start_time:
            raise Refused("not_yet")
        if self.start_announced == self.start_time:
            raise Refused("already_announced")

    def _check_open(self) -> None:
        """Refuse once the end time has come, whether the scheduler has closed the event or not."""
        self._check_not_final()
        if self.has_ended:
            raise Refused("already_final")

    def _check_not_final(self) -> None:
        if self.status in FINAL:
            raise Refused("already_final")

    def _check_host_or_staff(self, actor: Actor) -> None:
        if not self.is_hosted_by(actor.user_id) and not actor.is_staff:
            raise Refused("not_host")

    def _check_not_host(self, actor: Actor) -> None:
        if self.is_hosted_by(actor.user_id):
            raise Refused("host_cannot_join")


def found_by(command: Command, invitation: Invitation | None) -> Invitation:
    """Return the invitation; refuse if it is missing, or of another guild than the command."""
    if invitation is None or command.is_stranger_to(invitation.guild_id):
        raise Refused("not_found")
    return invitation


def check_staff(actor: Actor) -> None:
    """Refuse unless staff."""
    if not actor.is_staff:
        raise Refused("not_staff")
