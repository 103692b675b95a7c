"""A press of a button or a submitted form: who pressed, its id, and where its answer goes."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid5

import disnake
from disnake.interactions import ApplicationCommandInteraction

from services.gateway.discord.responses import Interaction
from shared.messages.envelope import Actor, ReplyTo
from shared.messages.text import person_name
from shared.sealing import Sealer

CommandInteraction: TypeAlias = ApplicationCommandInteraction[Any]

# Never change it: both replicas must give one press one id.
PRESSES = UUID("5b0c9a3e-7d0e-4c59-9a5c-0f6f3a1d2b47")
TOKEN_LIFE = timedelta(minutes=15)
TOKEN_COLUMN = "interaction_token"  # noqa: S105 - the name of what is sealed


def press_id(interaction: Interaction) -> UUID:
    """Return the id of a press, the same at every replica."""
    return uuid5(PRESSES, str(interaction.id))


def actor_of(interaction: Interaction, staff_role_ids: Collection[str]) -> Actor:
    """Return the member who pressed."""
    author = interaction.author
    return Actor(
        user_id=str(author.id),
        name=person_name(author.display_name, author.name),
        is_staff=not role_ids(interaction).isdisjoint(staff_role_ids) or may_manage(interaction),
        may_manage=may_manage(interaction),
        guild_id=_guild_id(interaction),
    )


def named_actor(
    interaction: CommandInteraction, member: disnake.Member, staff_role_ids: Collection[str]
) -> Actor:
    """Return a member whom a slash command names."""
    # Like the ids of roles these came with the command; the cache may know of no role yet.
    resolved = interaction.data.resolved["members"][str(member.id)]
    allowed = disnake.Permissions(int(resolved["permissions"]))
    return Actor(
        user_id=str(member.id),
        name=person_name(member.display_name, member.name),
        is_staff=not _roles(member).isdisjoint(staff_role_ids) or _manages(allowed),
        guild_id=_guild_id(interaction),
    )


def reply_to(interaction: Interaction, sealer: Sealer) -> ReplyTo:
    """Return where the answer goes, so that any replica can give it."""
    row = str(interaction.id)
    return ReplyTo(
        application_id=str(interaction.application_id),
        interaction_id=row,
        # With the member, so that no service can let the answer to one be about another.
        token=sealer.seal(
            f"{interaction.author.id} {interaction.token}", column=TOKEN_COLUMN, row=row
        ),
        locale=str(interaction.locale),
        # From now by this machine's clock: Discord's, in the id, may differ by minutes.
        expires_at=datetime.now(UTC) + TOKEN_LIFE,
    )


def opened_token(to: ReplyTo, sealer: Sealer) -> tuple[str, str]:
    """Return who pressed and the interaction's token; raises SealBroken."""
    opened = sealer.open(to.token, column=TOKEN_COLUMN, row=to.interaction_id)
    user_id, _, token = opened.rpartition(" ")
    return user_id, token


def _guild_id(interaction: Interaction) -> str | None:
    return str(interaction.guild_id) if interaction.guild_id else None


def role_ids(interaction: Interaction) -> frozenset[str]:
    """Return the ids of the roles of the member who pressed; none outside a guild."""
    author = interaction.author
    return _roles(author) if isinstance(author, disnake.Member) else frozenset()


def may_manage(interaction: Interaction) -> bool:
    """Return whether Discord sent the press with Manage Server or Administrator."""
    return isinstance(interaction.author, disnake.Member) and _manages(interaction.permissions)


def _roles(member: disnake.Member) -> frozenset[str]:
    # `member.roles` looks in the guild's cache, which is empty while Discord says "unavailable";
    # the ids came with the press.
    return frozenset(str(role_id) for role_id in member._roles)  # noqa: SLF001


def _manages(permissions: disnake.Permissions) -> bool:
    return permissions.manage_guild or permissions.administrator
