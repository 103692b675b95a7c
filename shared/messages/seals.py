"""Sealed texts on their way to the gateway and back, while a key takes another's place.

Each owner of sealed texts names these messages its own, so that they reach its queue.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.messages.envelope import Frozen, Reply, SealedWords, UnpressedCommand
from shared.messages.text import Code

MOST_TEXTS = 100

KeyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+$", max_length=100)]
Column = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=100)]


class SealPlace(Frozen):
    """Where a sealed text stands, and so what it is bound to."""

    row: Code
    column: Column


class SealedText(SealPlace):
    """A sealed text and where it stands."""

    sealed: SealedWords


class ResealedText(SealedText):
    """A text sealed with a new key; replaces `outdated` if that is still stored."""

    outdated: SealedWords


class FindsOutdated(UnpressedCommand):
    """The gateway wants the texts that are sealed with another key, a batch `after` a place."""

    key_id: KeyId
    after: SealPlace | None = None


class ReplacesOutdated(UnpressedCommand):
    """The gateway has sealed a batch again, and asks for the next."""

    key_id: KeyId
    texts: Annotated[list[ResealedText], Field(max_length=MOST_TEXTS)]
    after: SealPlace


class TellsOutdated(Reply):
    """Texts that are sealed with another key than `key_id`, and more may come after them."""

    key_id: KeyId
    texts: Annotated[list[SealedText], Field(max_length=MOST_TEXTS)]
