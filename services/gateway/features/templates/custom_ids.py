"""The buttons and selects of templates. Their guild and their host are those of the press."""

from dataclasses import dataclass
from uuid import UUID

from services.gateway.drawing.custom_ids import CustomId


@dataclass(frozen=True)
class ListTemplates(CustomId, name="templates"):
    """Show the list."""


@dataclass(frozen=True)
class OpenTemplate(CustomId, name="template_open"):
    """The select that opens a draft from a template."""


@dataclass(frozen=True)
class AskToDelete(CustomId, name="template_delete"):
    """The select that asks before a template is deleted."""


@dataclass(frozen=True)
class DeleteIt(CustomId, name="template_delete_now"):
    """Delete the template."""

    template_id: UUID
