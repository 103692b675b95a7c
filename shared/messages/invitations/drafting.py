"""A host's draft: saved, changed, posted or dropped; and what the gateway reads of it.

What a host typed is encrypted, because a mistake may be a link into an instance.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Command, Frozen, Sealed, SealedWords, Snowflake, UtcDatetime
from shared.messages.invitations.details import (
    DEFAULT_TAG,
    CoHosts,
    Details,
    InstanceType,
    Tag,
)
from shared.messages.invitations.mentions import NOBODY, Mention
from shared.messages.invitations.names import ImageName, ImageUrl
from shared.messages.invitations.reminding import REMINDER_MINUTES, ReminderMinutes
from shared.messages.text import PersonName

MOST_LISTED = 10
DEFAULT_INSTANCE_TYPE: InstanceType = "friendplus"


class DraftCommand(Command):
    """A host wants something of a draft of their own, in the guild of the draft."""

    request_id: UUID
    guild_id: Snowflake


class Choices(Frozen):
    """What a host chooses instead of typing it."""

    tag: Tag = DEFAULT_TAG
    instance_type: InstanceType = DEFAULT_INSTANCE_TYPE
    reminder_minutes: ReminderMinutes = REMINDER_MINUTES
    mention: Mention = NOBODY
    co_host_ids: CoHosts = Field(default_factory=list)


class SaveDraft(DraftCommand):
    """A host has filled in the form of a new or a saved draft.

    `details` is what could be read; without it there is a mistake in `typed`, and the draft cannot
    be posted. `typed` is JSON; the description is apart, because it alone fills a sealed text.
    """

    host_name: PersonName
    choices: Choices
    typed: SealedWords
    typed_description: SealedWords
    details: Details | None = None
    vrchat_profile: Sealed | None = None

    def concerns(self) -> Sequence[str]:
        """Return the host and the co-hosts."""
        return [self.actor.user_id, *self.choices.co_host_ids]


class ChooseForDraft(DraftCommand):
    """A host has chosen in a select of a draft; a choice that is not set stays."""

    tag: Tag | None = None
    instance_type: InstanceType | None = None
    mention: Mention | None = None


class PostDraft(DraftCommand):
    """A host wants a draft to be announced. The answer waits until the announcement stands."""

    channel_id: Snowflake


class DropDraft(DraftCommand):
    """A host does not want a draft any more."""


class DraftView(Frozen):
    """A draft as the API shows it to the gateway; `image_url` is where its picture was uploaded.

    Without `typed` it was announced: `invitation_id` in `channel_id`.
    """

    request_id: UUID
    guild_id: Snowflake
    host_id: Snowflake
    is_open: bool
    choices: Choices
    details: Details | None = None
    typed: SealedWords | None = None
    typed_description: SealedWords | None = None
    channel_id: Snowflake | None = None
    invitation_id: Snowflake | None = None
    image: ImageName | None = None
    image_url: ImageUrl | None = None
    updated_at: UtcDatetime


class DraftList(Frozen):
    """The drafts of a host in a guild, the newest change first.

    `most` is how many a host may have; None is no limit.
    """

    drafts: Annotated[list[DraftView], Field(max_length=MOST_LISTED)]
    count: int = 0
    most: int | None = None
