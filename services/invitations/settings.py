"""What the invitations service needs to know."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import BeforeValidator, Field, IPvAnyNetwork, StringConstraints
from pydantic_settings import NoDecode

from services.invitations.quotas import Quotas
from shared.limits import DAY, Limit, LimitSettings
from shared.settings import CommandSettings, ReplicaSettings, ServiceSettings

# As a browser writes it: a page's scheme, host and port, or * for every page.
ORIGIN = r"^(\*|https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?)$"
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1"))


def _listed(text: object) -> object:
    return [part.strip() for part in text.split(",")] if isinstance(text, str) else text


class Settings(ServiceSettings, ReplicaSettings, LimitSettings, CommandSettings):
    """A service with tables, a cache, and an API that strangers may be let to."""

    redis_url: str = Field(description="the address of the cache, redis://:password@host:port/0")
    database_connections: int = Field(
        8, ge=2, description="the size of the connection pool; the relay takes two at once"
    )
    api_port: int = Field(description="the port that the API and the calendars are read at")
    api_requests_per_second: float = Field(
        10, gt=0, description="how often a client may ask the API for long"
    )
    api_requests_at_once: int = Field(
        50, ge=1, description="how often a client who was silent may ask the API at once"
    )
    events_per_day: int = Field(
        20, ge=1, description="how many events a host may announce in a guild in a day"
    )
    open_events_per_host: int = Field(
        10, ge=1, description="how many events of a host may be open in a guild at once"
    )
    drafts_per_host: int = Field(
        5, ge=1, description="how many drafts a host may have in a guild at once"
    )
    images_per_day: int = Field(
        30, ge=1, description="how many pictures a member may send in a day, staff too"
    )
    trusted_networks: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)] = (
        Field(LOOPBACK, description="the networks that the gateway and reverse proxies are in")
    )
    cors_origins: Annotated[
        frozenset[Annotated[str, StringConstraints(pattern=ORIGIN)]],
        NoDecode,
        BeforeValidator(_listed),
    ] = Field(frozenset(), description="the origins whose web pages may read the API")

    @property
    def quotas(self) -> Quotas:
        """Return how much a member may do."""
        return Quotas(
            changes=self.changes_limit,
            events=Limit("events", self.events_per_day, DAY),
            open_events=self.open_events_per_host,
            drafts=self.drafts_per_host,
            images=Limit("images", self.images_per_day, DAY),
        )
