"""What the scheduler needs to know at its start."""

from shared.settings import CommandSettings, DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings, CommandSettings):
    """A broker, a database, a port and keys; the calendar itself stands in `domain`."""
