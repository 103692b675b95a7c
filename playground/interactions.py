"""One press, command or form: its two clocks and what the bot has answered so far."""

import secrets
from dataclasses import dataclass, field
from typing import ClassVar

from playground.refusals import Payload

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, THINKING, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
EPHEMERAL, LOADING = 64, 128


@dataclass
class Interaction:
    """Remember one interaction from the person's press to the bot's last word."""

    ACKNOWLEDGE_SECONDS: ClassVar[float] = 3.0
    TOKEN_SECONDS: ClassVar[float] = 15 * 60.0

    id: str
    kind: int
    user_id: str
    channel_id: str
    born_at: float
    payload: Payload = field(default_factory=dict)
    token: str = field(default_factory=lambda: "aW50ZXJhY3Rpb246" + secrets.token_urlsafe(96))
    triggered_by: Payload | None = None
    delivered_to: int = 0
    callback: Payload | None = None
    callback_at: float | None = None
    original_id: str | None = None
    is_original_edited: bool = False
    is_original_deleted: bool = False
    followup_ids: list[str] = field(default_factory=list)

    def is_too_late_to_acknowledge(self, now: float) -> bool:
        """Say whether the three seconds for the first answer are over."""
        return now - self.born_at > self.ACKNOWLEDGE_SECONDS

    def is_expired(self, now: float) -> bool:
        """Say whether the fifteen minutes of the token are over."""
        return now - self.born_at > self.TOKEN_SECONDS

    def has_failed(self, now: float) -> bool:
        """Say whether the person reads that the interaction failed."""
        return self.callback is None and self.is_too_late_to_acknowledge(now)

    def answer_id(self) -> str | None:
        """Name the message that is the final answer, or None while there is none yet."""
        if self.callback is None:
            return None
        kind = self.callback["type"]
        if kind in (MESSAGE, UPDATE) or (self.is_original_edited and not self.is_original_deleted):
            return self.original_id
        return self.followup_ids[-1] if self.followup_ids else None

    def describe(self) -> str:
        """Say in a sentence how far the answer has come."""
        if self.callback is None:
            return f"the bot has not acknowledged it ({self.delivered_to} sessions received it)"
        names = {
            MESSAGE: "a message",
            THINKING: "thinking",
            DEFERRED_UPDATE: "a deferred update",
            UPDATE: "an update of its message",
            CHOICES: "choices",
            MODAL: "a modal",
        }
        edited = "edited" if self.is_original_edited else "not edited"
        return (
            f"it was acknowledged with {names.get(self.callback['type'], self.callback['type'])}, "
            f"{edited} since, followed by {len(self.followup_ids)} messages"
        )
