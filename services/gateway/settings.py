"""The gateway's settings."""

from pathlib import Path
from typing import NamedTuple

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.rate_limiter import Limiter
from shared.settings import ServiceSettings

SECONDS = 60


class Limiters(NamedTuple):
    """How often a member may press, and may be given suggestions."""

    presses: Limiter
    suggestions: Limiter


class DiscordSettings(BaseSettings):
    """What the one-shot command sync needs."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    discord_token: str = Field(description="the bot's token from Discord's developer portal")
    discord_api_url: str = Field(
        "https://discord.com/api/v10", description="the address of Discord's REST API"
    )


class Settings(ServiceSettings, DiscordSettings):
    """What the running gateway needs."""

    # A change waits until its announcement is edited, half a second as a rule: fifty at once are no
    # more than seventy or so a second, whatever the machine.
    prefetch: int = Field(200, ge=1, description="how many messages are handled at once")
    members_intent: bool = Field(
        default=False,
        description="whether Discord tells us who leaves the server, so that their seats are freed",
    )
    shard: str = Field(
        "0/1",
        pattern=r"^\d{1,4}/[1-9]\d{0,3}$",
        description="which shard the gateway serves, and of how many: 0/4 to 3/4",
    )
    spool_folder: Path | None = Field(
        None,
        description="the folder that presses are kept in while the broker does not confirm them",
    )
    invitations_api_url: str = Field(
        description="the address of the invitations service's HTTP API, http://host:port"
    )
    presses_per_minute: int = Field(
        60, ge=1, description="how often a member may press in a minute, in each service"
    )
    suggestions_per_minute: int = Field(
        120,
        ge=1,
        description="how often a member may be given suggestions in a minute while they type",
    )
    calendar_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        max_length=300,
        description="the public address under which /calendars/ of the invitations service is"
        " reached, https://…",
    )
    sealing_keys: str = Field(
        description="the key ring, <key id>:<base64url of 32 bytes>, the sealing key first"
    )

    @property
    def shard_place(self) -> tuple[int, int]:
        """Return the number of the shard, and how many there are."""
        number, count = self.shard.split("/")
        return int(number), int(count)

    @field_validator("shard")
    @classmethod
    def _is_one_of_them(cls, shard: str) -> str:
        number, count = map(int, shard.split("/"))
        if number >= count:
            raise ValueError("shards are counted from 0")
        return shard

    @property
    def limiters(self) -> Limiters:
        """Return counts of what members do, which begin at none.

        Every gateway hears every press and keystroke, so that all of them count the same.
        """
        # Twice the services' limit: what is refused here, all replicas and services refuse.
        presses = 2 * self.presses_per_minute
        suggestions = self.suggestions_per_minute
        return Limiters(
            Limiter(presses / SECONDS, presses), Limiter(suggestions / SECONDS, suggestions)
        )
