"""Templates: what a host, or staff for a whole guild, keep of a draft to open new ones from."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from shared.messages.envelope import Command, Frozen, Snowflake
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import DraftCommand
from shared.messages.invitations.mentions import Mention
from shared.messages.text import composed, one_line, visible

MOST_OWN, MOST_OF_GUILD = 10, 15
MOST_SHOWN = MOST_OWN + MOST_OF_GUILD
"""How many a host sees; Discord suggests 25."""
LONGEST_NAME = 80
TemplateName = Annotated[
    str,
    Field(max_length=LONGEST_NAME),
    BeforeValidator(composed),
    AfterValidator(one_line),
    AfterValidator(visible),
]


class SaveTemplate(DraftCommand):
    """A host keeps a draft as a template of their own; staff can keep one of the guild.

    It replaces the one of the same name.
    """

    template_id: UUID
    name: TemplateName
    is_of_guild: bool = False


class DeleteTemplate(Command):
    """A host deletes a template of their own; staff can delete one of the guild."""

    template_id: UUID
    guild_id: Snowflake


class TemplateView(Frozen):
    """A template as the API shows it to the gateway.

    The times are those of the draft: a new one takes the day of the week, the time of day, the
    length, and how long before the start sign-up opens and closes.
    """

    template_id: UUID
    name: TemplateName
    is_of_guild: bool
    mention: Mention
    details: Details


class TemplateList(Frozen):
    """The templates that a host can open in a guild: their own, then those of the guild."""

    templates: Annotated[list[TemplateView], Field(max_length=MOST_SHOWN)]
