"""Settings come from the environment; each mistake in them is named in one sentence."""

from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


class OperatorMistake(Exception):  # noqa: N818 - it reads as what happened
    """Something the operator can mend; its text is the one sentence they need."""


class ServiceSettings(BaseSettings):
    """What every service needs to know."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    rabbitmq_url: str = Field(
        description="the address of RabbitMQ, amqp://user:password@host/vhost"
    )
    http_host: str = Field(
        "127.0.0.1", description="the address that /metrics and /readyz listen on"
    )
    http_port: int = Field(description="the port that /metrics and /readyz listen on")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="how much is logged"
    )
    prefetch: int = Field(50, ge=1, description="how many messages are handled at once")


class CommandSettings(BaseSettings):
    """What proves commands; the gateway derives its keys from SEALING_KEYS."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    command_keys: str = Field(
        description="the keys that prove commands, as `doukikai keys commands` writes them"
    )


class DatabaseSettings(BaseSettings):
    """What a service with tables needs to know besides."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    database_url: str = Field(
        description="the address of PgBouncer, postgresql://role:password@host/name"
    )
    database_connections: int = Field(8, ge=1, description="the size of the connection pool")


class ReplicaSettings(DatabaseSettings):
    """What a service that spares its database reads needs to know besides."""

    replica_database_url: str | None = Field(
        None,
        pattern=r"^postgres(ql)?://",
        description="the address of a replica behind PgBouncer, postgresql://role:password@host/name",
    )


def load(settings: type[SettingsT]) -> SettingsT:
    """Read settings from the environment; raises OperatorMistake that names every wrong one."""
    try:
        return settings()
    except ValidationError as error:
        mistakes = [
            _sentence(settings, str(e["loc"][0]), e["type"], e["msg"]) for e in error.errors()
        ]
        raise OperatorMistake(" ".join(mistakes)) from None


def _sentence(settings: type[BaseSettings], name: str, kind: str, message: str) -> str:
    field = settings.model_fields.get(name)
    meaning = field.description if field else "a setting"
    if kind == "missing":
        return f"{name.upper()} is missing: {meaning}."
    # The value itself stays out: it may be a password.
    return f"{name.upper()} is wrong ({message.lower()}): {meaning}."
