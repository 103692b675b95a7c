"""What the invitations service needs to know."""

from pydantic import Field

from shared.settings import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """A service with tables and a cache."""

    redis_url: str = Field(description="the address of the cache, redis://:password@host:port/0")
