"""What members ask of what the tickets service stores about them."""

from collections.abc import Sequence

from shared.messages.envelope import Command


class ExportMyData(Command):
    """A member wants everything that is stored about them; invitations add the rest."""


class EraseMyData(Command):
    """A member of whom the invitations service stores nothing any more wants to be erased here."""

    def concerns(self) -> Sequence[str]:
        """Return nobody: its handler takes the member's lock alone."""
        return []
