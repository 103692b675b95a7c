"""What a test does to guilds: create them, invite the bot, change roles and permissions."""

from playground import guild_changes, payloads, people, permissions
from playground.guilds import Guild
from playground.world import World


class GuildControl:
    """Change the guilds of a world; the first guild is meant where no other is named."""

    world: World

    def add_guild(
        self,
        name: str,
        *,
        owner: str | int,
        locale: str = "ja",
        guild_id: str | int | None = None,
        allowed: int | None = permissions.BOT,
    ) -> str:
        """Create a guild with its owner in it, and return its id. It has no channels yet.

        ``allowed`` is what the bot's invite link asks for; None leaves the bot out.
        """
        found = guild_changes.create_guild(
            self.world, name, str(owner), locale, str(guild_id) if guild_id else None
        )
        self.join(owner, found.id)
        if allowed is not None:
            self.invite_bot(found.id, allowed)
        return found.id

    def invite_bot(self, guild: str | int, allowed: int = permissions.BOT) -> None:
        """Add the bot to a guild, with a role of its own."""
        guild_changes.add_bot(self.world, str(guild), allowed)

    def remove_bot(self, guild: str | int) -> None:
        """Remove the bot from a guild, as its staff does."""
        guild_changes.remove_bot(self.world, str(guild))

    def bot_role(self, guild: str | int | None = None) -> str:
        """Give the id of the role that the bot brought with it."""
        return str(guild_changes.bot_role(self.world, self._guild(guild))["id"])

    def add_member(
        self,
        name: str,
        *,
        locale: str = "ja",
        roles: tuple[str, ...] = (),
        guild: str | int | None = None,
    ) -> str:
        """Let one more person join and give their id."""
        return self.world.add_member(name, locale, list(roles), guild_id=self._guild(guild).id)

    def join(self, user: str | int, guild: str | int, roles: tuple[str, ...] = ()) -> None:
        """Let a person who is known join a guild."""
        people.come_back(self.world, str(user), str(guild))
        self.give_roles(user, *roles, guild=guild)

    def leave(self, user: str | int, guild: str | int | None = None) -> None:
        """Let a person leave a guild."""
        people.leave(self.world, str(user), self._guild(guild).id)

    def come_back(self, user: str | int, guild: str | int | None = None) -> None:
        """Let a person who has left join again."""
        people.come_back(self.world, str(user), self._guild(guild).id)

    def kick(self, user: str | int, guild: str | int | None = None) -> None:
        """Remove a person from a guild, as its staff does."""
        self.world.remove_member(str(user), self._guild(guild).id)

    def give_roles(
        self, user: str | int, *roles: str | int, guild: str | int | None = None
    ) -> None:
        """Replace the roles of a member."""
        role_ids = [str(role) for role in roles]
        guild_changes.set_member_roles(self.world, self._guild(guild).id, str(user), role_ids)

    def add_role(
        self, name: str, allowed: int = permissions.NONE, *, guild: str | int | None = None
    ) -> str:
        """Add a role and give its id."""
        role_id = self.world.ids.next()
        self.world.add_role(role_id, name, allowed, 0, self._guild(guild).id)
        return role_id

    def set_role(self, role: str | int, allowed: int, guild: str | int | None = None) -> None:
        """Change what a role allows; the guild's own id is the role @everyone."""
        guild_changes.set_role_permissions(self.world, self._guild(guild).id, str(role), allowed)

    def add_channel(
        self,
        name: str,
        *,
        kind: int = payloads.TEXT_CHANNEL,
        parent: str | int | None = None,
        guild: str | int | None = None,
    ) -> str:
        """Open a channel and give its id."""
        category = None if parent is None else str(parent)
        return self.world.add_channel(
            name, kind=kind, parent_id=category, guild_id=self._guild(guild).id
        )

    def overwrite(
        self, channel: str | int, target: str | int, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Replace the overwrite of a role or member; without allow and deny, remove it."""
        guild_changes.set_overwrite(self.world, str(channel), str(target), allow, deny)

    def _guild(self, guild: str | int | None) -> Guild:
        return self.world.guild(None if guild is None else str(guild))
