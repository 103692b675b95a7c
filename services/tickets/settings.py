"""What the tickets service needs to know."""

from datetime import timedelta

from pydantic import Field

from services.tickets.domain import MOST_PER_CATEGORY, Rules
from services.tickets.quotas import Quotas
from shared.limits import DAY, Limit, LimitSettings
from shared.settings import CommandSettings, DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings, LimitSettings, CommandSettings):
    """A service with tables, and the rules that a community may choose."""

    tickets_per_category: int = Field(
        1,
        ge=1,
        le=MOST_PER_CATEGORY,
        description="how many tickets of one category a member may have open at once",
    )
    tickets_per_day: int = Field(
        10, ge=1, description="how many tickets a member may ask for in a guild in a day"
    )
    exports_per_day: int = Field(
        5, ge=1, description="how often a member may export their data in a day"
    )
    ticket_warn_after_minutes: float = Field(
        2880, gt=0, description="after how many minutes of silence a ticket is warned of its end"
    )
    ticket_close_after_minutes: float = Field(
        1440, gt=0, description="how many minutes after the warning a silent ticket is closed"
    )
    ticket_activity_every_minutes: float = Field(
        5, ge=0, description="shortest time between two records of activity in a ticket"
    )

    @property
    def rules(self) -> Rules:
        """Give the rules as the service judges by them."""
        return Rules(
            per_category=self.tickets_per_category,
            warn_after=timedelta(minutes=self.ticket_warn_after_minutes),
            close_after=timedelta(minutes=self.ticket_close_after_minutes),
            activity_every=timedelta(minutes=self.ticket_activity_every_minutes),
        )

    @property
    def quotas(self) -> Quotas:
        """Return how much a member may do."""
        return Quotas(
            changes=self.changes_limit,
            tickets=Limit("tickets", self.tickets_per_day, DAY),
            exports=Limit("exports", self.exports_per_day, DAY),
        )
