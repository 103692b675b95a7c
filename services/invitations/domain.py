"""The rules of an invitation. No I/O and no clock."""

from dataclasses import dataclass
from datetime import datetime

from shared.messages.envelope import Actor
from shared.messages.invitations import Participation, Status
from shared.refusal import Refused

FINAL: frozenset[Status] = frozenset({"completed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Invitation:
    """An event that looks for participants, as far as its rules need to know it."""

    id: str
    status: Status
    host_id: str
    end_time: datetime
    max_participants: int
    joined_count: int

    def check_join(self, actor: Actor, current: Participation | None) -> None:
        """Refuse a seat to who has one, to the host, and when none is free."""
        self._check_open()
        self._check_not_host(actor)
        if current == "joined":
            raise Refused("already_joined")
        if self.joined_count >= self.max_participants:
            raise Refused("full", max_participants=self.max_participants)

    def check_interest(self, actor: Actor, current: Participation | None) -> None:
        """Refuse a bookmark to who has one, and to the host."""
        self._check_open()
        self._check_not_host(actor)
        if current == "interested":
            raise Refused("already_interested")

    def check_leave(self, current: Participation | None) -> None:
        """Refuse to who has neither seat nor bookmark; a full event can be left like any other."""
        self._check_open()
        if current is None:
            raise Refused("not_participant")

    def check_ended_by(self, actor: Actor) -> None:
        """Let only the host and staff cancel or complete an event that is still open."""
        if actor.user_id != self.host_id and not actor.is_staff:
            raise Refused("not_host")
        self._check_open()

    def check_close(self, now: datetime) -> None:
        """Refuse to close before the end time: the scheduler's word is only a hint."""
        self._check_open()
        if now < self.end_time:
            raise Refused("not_yet")

    def _check_open(self) -> None:
        if self.status in FINAL:
            raise Refused("already_final")

    def _check_not_host(self, actor: Actor) -> None:
        if actor.user_id == self.host_id:
            raise Refused("host_cannot_join")
