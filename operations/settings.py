"""What the command needs to know; each setting only where something asks for it."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import DatabaseSettings, OperatorMistake

ROLES = ("invitations", "tickets", "scheduler")


class Settings(BaseSettings):
    """Where the parts are; none is needed by every command."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    invitations_database_url: str | None = Field(
        None, description="the address of PgBouncer as the role invitations"
    )
    tickets_database_url: str | None = Field(
        None, description="the address of PgBouncer as the role tickets"
    )
    scheduler_database_url: str | None = Field(
        None, description="the address of PgBouncer as the role scheduler"
    )
    migration_database_url: str | None = Field(
        None, description="the superuser's address, straight to PostgreSQL"
    )
    rabbitmq_url: str | None = Field(
        None, description="the address of RabbitMQ, amqp://user:password@host/vhost"
    )
    rabbitmq_management_url: str | None = Field(
        None, description="the address of RabbitMQ's management page, http://host:port"
    )
    replica_database_url: str | None = Field(
        None, description="the address of the replica, through PgBouncer, as the role invitations"
    )
    backup_url: str | None = Field(
        None, description="the address at which the backups tell their figures, http://host:port"
    )
    runs_in: Literal["docker", "demo"] | None = Field(
        None, description="what runs everything, so that the commands that mend a part are known"
    )
    alerts_are_sent: bool | None = Field(
        None, description="whether alerts have a receiver; unknown unless set"
    )
    redis_url: str | None = Field(None, description="the cache, redis://:password@host:port/0")
    prometheus_url: str | None = Field(None, description="the address of Prometheus")
    service_urls: str | None = Field(
        None, description="every service, <name>=http://host:port, comma separated"
    )
    shard: str = Field(
        "", description="the shard of the first gateway, <number>/<how many there are>"
    )
    discord_token: str | None = Field(
        None, description="the bot's token from Discord's developer portal"
    )
    discord_api_url: str = Field(
        "https://discord.com/api/v10", description="the address of Discord's REST API"
    )
    members_intent: bool = Field(
        default=False, description="whether Discord tells us who leaves the server"
    )
    sealing_keys: str | None = Field(
        None,
        description="the key ring, <key id>:<base64url of 32 bytes>, the sealing key first",
    )
    sealing_keys_file: str | None = Field(
        None, description="the file that the key ring stands in, where SEALING_KEYS is not set"
    )

    def ring(self) -> str:
        """Give the key ring, from the setting or else from its file."""
        if self.sealing_keys is not None or self.sealing_keys_file is None:
            return self.needed("sealing_keys")
        try:
            return Path(self.sealing_keys_file).read_text()
        except OSError as error:
            raise OperatorMistake(
                f"SEALING_KEYS_FILE cannot be read: {(error.strerror or '?').lower()}."
            ) from None

    def needed(self, name: str) -> str:
        """Give a setting that must be there; raises OperatorMistake that says what it is."""
        value = getattr(self, name)
        if value is None:
            meaning = type(self).model_fields[name].description
            raise OperatorMistake(f"{name.upper()} is missing: {meaning}.")
        return str(value)

    def database(self, role: str) -> DatabaseSettings:
        """Give what a pool of one connection as a role needs."""
        return DatabaseSettings(
            database_url=self.needed(f"{role}_database_url"),
            database_connections=1,
        )
