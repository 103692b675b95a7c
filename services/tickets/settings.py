"""What the tickets service needs to know."""

from datetime import timedelta

from pydantic import Field

from services.tickets.quotas import Quotas
from shared.limits import DAY, Limit, LimitSettings
from shared.settings import CommandSettings, DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings, LimitSettings, CommandSettings):
    """A service with tables, and the limits of a deployment; a guild has its own settings."""

    tickets_per_day: int = Field(
        10, ge=1, description="how many tickets a member may ask for in a guild in a day"
    )
    exports_per_day: int = Field(
        5, ge=1, description="how often a member may export their data in a day"
    )
    ticket_activity_every_minutes: float = Field(
        5, ge=0, description="shortest time between two records of activity in a ticket"
    )

    @property
    def activity_every(self) -> timedelta:
        """Return the shortest time between two records of activity in a ticket."""
        return timedelta(minutes=self.ticket_activity_every_minutes)

    @property
    def quotas(self) -> Quotas:
        """Return how much a member may do."""
        return Quotas(
            changes=self.changes_limit,
            tickets=Limit("tickets", self.tickets_per_day, DAY),
            exports=Limit("exports", self.exports_per_day, DAY),
        )
