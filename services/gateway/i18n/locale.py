"""The language and the time zone of a text: of what a whole guild reads, the guild's."""

from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from services.gateway.i18n.translate import Language, language_of
from shared.messages.invitations.guilds import GuildSettings


class Locale(NamedTuple):
    """A language to write in, and a zone for the times in it."""

    language: Language
    zone: ZoneInfo

    @classmethod
    def of(cls, guild: GuildSettings) -> Self:
        """Take both from a guild's settings."""
        return cls(language_of(guild.language), guild.zone)
