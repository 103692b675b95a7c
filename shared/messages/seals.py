"""Sealed texts on their way to the gateway and back, while a key takes another's place."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.messages.envelope import Frozen, Sealed

KeyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+$", max_length=100)]
SealedColumn = Literal["instance_link", "vrchat_profile", "calendar_member", "calendar_guild"]


class SealPlace(Frozen):
    """Where a sealed text stands, and so what it is bound to."""

    row: str
    column: SealedColumn


class SealedText(SealPlace):
    """A sealed text and where it stands."""

    sealed: Sealed


class ResealedText(SealedText):
    """A text sealed anew, in place of `outdated` if that still stands there."""

    outdated: Sealed
