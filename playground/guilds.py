"""A guild: its roles, members and scheduled events, and what each member may do in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from playground import payloads, permissions
from playground.permissions import Permission
from playground.refusals import Payload, unknown


@dataclass
class Guild:
    """One guild. Its channels and messages are in the world, because their ids never repeat."""

    payload: Payload
    members: dict[str, Payload] = field(default_factory=dict)
    roles: dict[str, Payload] = field(default_factory=dict)
    scheduled_events: dict[str, Payload] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Give the guild's id, which is also that of its @everyone role."""
        return str(self.payload["id"])

    @property
    def owner_id(self) -> str:
        """Return the id of the member who has all permissions."""
        return str(self.payload["owner_id"])

    @property
    def locale(self) -> str:
        """Give the language that the guild chose."""
        return str(self.payload["preferred_locale"])

    def about(self) -> Payload:
        """Give the guild as an interaction carries it."""
        return {"id": self.id, "locale": self.locale, "features": self.payload["features"]}

    def with_roles(self) -> Payload:
        """Give the guild with its roles."""
        return self.payload | {"roles": list(self.roles.values())}

    def member(self, user_id: str) -> Payload:
        """Find a member."""
        if user_id not in self.members:
            raise unknown("Member")
        return self.members[user_id]

    def add_role(self, role_id: str, name: str, allowed: int, color: int) -> Payload:
        """Add a role above those there are."""
        self.roles[role_id] = payloads.role(role_id, name, allowed, len(self.roles), color)
        return self.roles[role_id]

    def permissions_of(self, user_id: str, overwrites: Iterable[Payload] = ()) -> Permission:
        """Compute what a member may do, in a channel with overwrites or in the guild.

        The owner has all permissions. A user who is not a member has none.
        """
        if user_id not in self.members:
            return permissions.NONE
        if user_id == self.owner_id:
            return permissions.ALL
        role_ids = self.members[user_id]["roles"]
        allowed = permissions.of_roles(self.roles, (self.id, *role_ids))
        return permissions.overwritten(allowed, list(overwrites), self.id, role_ids, user_id)
