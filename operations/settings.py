"""What the command needs to know; each setting only where something asks for it."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import OperatorMistake


class Settings(BaseSettings):
    """Where the parts are; none is needed by every command."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    rabbitmq_url: str | None = Field(
        None, description="the address of RabbitMQ, amqp://user:password@host/vhost"
    )

    def needed(self, name: str) -> str:
        """Give a setting that must be there; raises OperatorMistake that says what it is."""
        value = getattr(self, name)
        if value is None:
            meaning = type(self).model_fields[name].description
            raise OperatorMistake(f"{name.upper()} is missing: {meaning}.")
        return str(value)
