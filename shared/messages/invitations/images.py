"""The picture of an event: offered by a host, fetched by the gateway, stored in parts.

No message holds a whole picture, because a message has less than a megabyte.
"""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.messages.envelope import Actor, Frozen, Reply, Snowflake, UnpressedCommand
from shared.messages.invitations.commands import InvitationCommand
from shared.messages.invitations.drafting import DraftCommand
from shared.messages.invitations.events import InvitationEvent
from shared.messages.invitations.names import ImageName, ImageUrl
from shared.messages.text import Code

MOST_IMAGE_BYTES = 4 * 1024 * 1024
PART_BYTES = 480 * 1024
MOST_PARTS = -(-MOST_IMAGE_BYTES // PART_BYTES)
ImageKind: TypeAlias = Literal["png", "jpg", "webp", "gif"]
Content = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=-(-PART_BYTES // 3) * 4)
]
"""Bytes in base64."""


class OfferedImage(Frozen):
    """A picture that a member has uploaded to Discord: where it is for some hours, and its size."""

    id: UUID
    kind: ImageKind
    url: ImageUrl
    size: Annotated[int, Field(ge=1, le=MOST_IMAGE_BYTES)]

    @property
    def name(self) -> ImageName:
        """Return the name under which it is stored and attached."""
        return f"{self.id.hex}.{self.kind}"


class ChooseDraftImage(DraftCommand):
    """A host wants a picture for a draft, or none. The answer waits until it is stored."""

    image: OfferedImage | None = None


class ChooseImage(InvitationCommand):
    """Host or staff want another picture for an event, or none. The answer waits likewise."""

    image: OfferedImage | None = None


class ImageOffered(Reply):
    """A picture is to be fetched from Discord and stored.

    No event, which programs outside read: the address opens the picture of a draft.
    """

    guild_id: Snowflake
    image: OfferedImage
    by: Actor


class ImageCommand(UnpressedCommand):
    """The gateway says something of a picture that it was to fetch for a guild."""

    guild_id: Snowflake
    name: ImageName


class SaveImagePart(ImageCommand):
    """One part of a picture that was fetched, numbered from 0."""

    part: Annotated[int, Field(ge=0, lt=MOST_PARTS)]
    content: Content


class DiscardImage(ImageCommand):
    """A picture could not be fetched; the member gets the reason."""

    code: Code


class ImageChanged(InvitationEvent):
    """An event has a picture, another one, or none any more."""
