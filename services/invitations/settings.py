"""What the invitations service needs to know."""

from shared.settings import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """A service with tables, and nothing of its own."""
