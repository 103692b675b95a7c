"""Short messages in an invitation's thread, each for one member."""

from uuid import UUID

from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.sentences import Language
from services.gateway.texts import say
from services.gateway.views.announcement import Payload


def promotion(invitation_id: str, user_id: str, event_id: UUID, language: Language) -> Payload:
    """Tell a member, and nobody else, that the queue has given them a seat.

    The button carries the event's id, by which the notice is found again.
    """
    withdraw: Button[None] = Button(
        label=say(language, "button.leave"),
        style=ButtonStyle.secondary,
        custom_id=f"leave:{invitation_id}:{event_id.hex}",
    )
    return {
        "content": say(language, "notice.promoted", member=f"<@{user_id}>"),
        "components": [ActionRow(withdraw).to_component_dict()],
        "allowed_mentions": {"parse": [], "users": [user_id]},
    }
