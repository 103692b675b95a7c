"""What members ask of what the tickets service stores about them."""

from collections.abc import Sequence

from shared.messages.envelope import Command
from shared.messages.text import ExportPart, ExportPlace


class ExportMyData(Command):
    """A member wants everything that is stored about them; invitations add the rest.

    It is answered in parts, each of which goes on `after` the one before.
    """

    part: ExportPart = 1
    after: ExportPlace | None = None


class EraseMyData(Command):
    """A member of whom the invitations service stores nothing any more wants to be erased here."""

    def concerns(self) -> Sequence[str]:
        """Return nobody: its handler takes the member's lock alone."""
        return []
