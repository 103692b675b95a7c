"""What the scheduler needs to know at its start."""

from shared.settings import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """A broker, a database and a port; the calendar itself stands in `domain`."""
