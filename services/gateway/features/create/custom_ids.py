"""The buttons, selects and forms of a draft. Its guild and its host are those of the press."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.gateway.drawing.custom_ids import CustomId
from shared.messages.envelope import Snowflake


@dataclass(frozen=True)
class Compose(CustomId, name="compose"):
    """The form of a draft, and the button that opens it filled in; a new draft has no id."""

    draft_id: UUID | None = None


@dataclass(frozen=True)
class DraftButton(CustomId):
    """A button for one draft."""

    draft_id: UUID


class OpenDraft(DraftButton, name="draft_open"):
    """Show the card."""


class MoreOfDraft(DraftButton, name="draft_more"):
    """Set what most hosts leave as it is: the button and the form."""


class RemindersOfDraft(DraftButton, name="draft_reminders"):
    """Set when participants are reminded, and with which words: the button and the form."""


class ImageOfDraft(DraftButton, name="draft_image"):
    """Upload the picture: the button and the form."""


class SaveAsTemplate(DraftButton, name="draft_template"):
    """Keep the draft as a template: the button and the form."""


class PostIt(DraftButton, name="draft_post"):
    """Announce the event."""


class AskToDrop(DraftButton, name="draft_drop"):
    """Ask before the draft is dropped."""


class DropIt(DraftButton, name="draft_drop_now"):
    """Drop the draft."""


@dataclass(frozen=True)
class ChooseInDraft(DraftButton, name="draft_choose"):
    """A select of the card."""

    field: Literal["tag", "instance_type", "mention"]


@dataclass(frozen=True)
class DraftPage(DraftButton, name="draft_page"):
    """The card that an answer is shown on: only an answer names the guild and the host."""

    guild_id: Snowflake
    host_id: Snowflake
