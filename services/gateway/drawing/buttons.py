"""The buttons that announcements and notices show, and how a button is made."""

from dataclasses import dataclass
from typing import Annotated

from disnake import ButtonStyle
from disnake.ui import Button
from pydantic import StringConstraints

from services.gateway.drawing.custom_ids import CustomId
from services.gateway.i18n.translate import Language, translate_one
from shared.messages.envelope import Snowflake

FIRST_PAGE = "events"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]
Mark = Annotated[str, StringConstraints(pattern=r"^(panel|summary|[0-9a-f]{32})$")]


@dataclass(frozen=True)
class InvitationButton(CustomId):
    """A button for one invitation; by the mark, a message is found again."""

    invitation_id: Snowflake
    mark: Mark | None = None


class Join(InvitationButton, name="join"):
    """Take a seat."""


class JoinQueue(InvitationButton, name="wait"):
    """Take a place on the waitlist."""


class Interest(InvitationButton, name="interest"):
    """Bookmark the invitation."""


class Leave(InvitationButton, name="leave"):
    """Give up the seat, the place on the waitlist or the bookmark."""


class Detail(InvitationButton, name="detail"):
    """Show the invitation to the member alone."""


class Reveal(InvitationButton, name="reveal"):
    """Show the profile and the instance link to a participant."""


class RemindersOff(InvitationButton, name="mute"):
    """Turn off the member's reminders of all events."""


@dataclass(frozen=True)
class OpenList(CustomId, name="pinned"):
    """Show the list of open events to the member alone; a pinned list is known by this button."""


@dataclass(frozen=True)
class SetupPage(CustomId, name="setup"):
    """Open a page of the panel of `/setup`.

    Only the `page` of a `ReplyTo` names the guild: an answer has nothing else to know it by.
    """

    page: Name = FIRST_PAGE
    guild_id: Snowflake | None = None


def button(
    custom_id: CustomId,
    language: Language,
    style: ButtonStyle = ButtonStyle.secondary,
    *,
    label: str | None = None,
    is_disabled: bool = False,
) -> Button[None]:
    """Return a button; its text is `button-<label>`, by default named like the custom id."""
    return Button(
        label=translate_one(language, "button", label or custom_id.name),
        style=style,
        custom_id=custom_id.encode(),
        disabled=is_disabled,
    )
