"""The questions before something is taken away, and their buttons.

A question is the refusal of a press whose code begins with `confirm_`. What the member confirms is
in the custom id, and a typed reason in the message, so any replica can go on, also after a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import disnake
from disnake import ButtonStyle
from disnake.ui import ActionRow

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.i18n.translate import Language, translate
from shared.messages.envelope import Snowflake
from shared.messages.invitations.details import Part
from shared.messages.replies import CommandRefused


@dataclass(frozen=True)
class GiveUp(CustomId):
    """Confirm a press that gives up a seat or a place in the queue."""

    invitation_id: Snowflake
    gives_up: Part


class ConfirmLeave(GiveUp, name="leave_sure"):
    """Give up the part."""


class ConfirmInterest(GiveUp, name="interest_sure"):
    """Give up the part for a bookmark."""


@dataclass(frozen=True)
class ConfirmCancel(CustomId, name="cancel_sure"):
    """Cancel an event that so many people take part in or wait for."""

    invitation_id: Snowflake
    for_people: int


@dataclass(frozen=True)
class Keep(CustomId, name="keep"):
    """Change nothing."""

    invitation_id: Snowflake


GIVES_UP: Mapping[str, tuple[type[GiveUp], Part]] = {
    "confirm_leave_seat": (ConfirmLeave, "joined"),
    "confirm_leave_queue": (ConfirmLeave, "waitlisted"),
    "confirm_interest_seat": (ConfirmInterest, "joined"),
    "confirm_interest_queue": (ConfirmInterest, "waitlisted"),
}
CANCEL = "confirm_cancel"


def question(refused: CommandRefused, language: Language) -> Payload:
    """Return the buttons of a refusal that asks, and the reason that they need; or nothing."""
    asked = _confirmed(refused)
    if asked is None:
        return {}
    buttons = ActionRow(
        button(asked, language, ButtonStyle.danger),
        button(Keep(asked.invitation_id), language),
    )
    shown: Payload = {"components": [buttons.to_component_dict()]}
    if reason := str(refused.details.get("reason", "")):
        embed = disnake.Embed(title=translate(language, "label-cancel_reason"), description=reason)
        shown["embeds"] = [embed.to_dict()]
    return shown


def reason_in(message: disnake.Message) -> str:
    """Return the reason of a cancellation from the question that shows it."""
    return next((embed.description or "" for embed in message.embeds), "")


def _confirmed(refused: CommandRefused) -> GiveUp | ConfirmCancel | None:
    """Return the button that confirms what a service has refused; None for other refusals."""
    details = refused.details
    if refused.code in GIVES_UP:
        kind, part = GIVES_UP[refused.code]
        return kind(str(details["invitation_id"]), part)
    if refused.code == CANCEL:
        people = int(details["joined"]) + int(details["waiting"])
        return ConfirmCancel(str(details["invitation_id"]), people)
    return None
