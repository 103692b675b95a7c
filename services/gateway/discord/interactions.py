"""A press of a button or a submitted form: who pressed, its id, and where its answer goes."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID, uuid5

import disnake
from disnake.interactions import ApplicationCommandInteraction

from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.responses import Interaction, Placement
from shared.messages.envelope import Actor, Answer, ReplyTo, born_at
from shared.messages.text import person_name
from shared.proofs import Unproven
from shared.sealing import SealBroken, Sealer

CommandInteraction: TypeAlias = ApplicationCommandInteraction[Any]

# Never change it: both replicas must give one press one id.
PRESSES = UUID("5b0c9a3e-7d0e-4c59-9a5c-0f6f3a1d2b47")
TOKEN_LIFE = timedelta(minutes=15)
RECEIPT_LIFE = timedelta(days=30)  # of shared/inbox.py
PLACEMENTS = frozenset(placement.value for placement in Placement)
TOKEN_COLUMN = "interaction_token"  # noqa: S105 - the name of what is sealed


def press_id(interaction: Interaction) -> UUID:
    """Return the id of a press, the same at every replica."""
    return press_id_of(str(interaction.id))


def press_id_of(interaction_id: str) -> UUID:
    """Return the id of a press by its interaction's id."""
    return uuid5(PRESSES, interaction_id)


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


class Pressed(NamedTuple):
    """What is sealed in a `ReplyTo`: no service can use the answer of one press for another."""

    user_id: str
    token: str
    # None from a gateway of before 0.1.0, which runs beside this one during a roll-out.
    command: str | None = None
    about: str = ""
    # None from a gateway that answers by an edit alone, which runs beside this one likewise.
    placement: Placement | None = None

    def sealed_in(self, row: str, sealer: Sealer) -> str:
        """Encrypt it for the services to carry; every release reads the token as the last word."""
        words = [self.user_id, self.command, self.about, self.placement, self.token]
        return sealer.seal(" ".join(filter(None, words)), column=TOKEN_COLUMN, row=row)


def reply_to(
    interaction: Interaction,
    sealer: Sealer,
    command: str = "",
    placement: Placement | None = None,
) -> ReplyTo:
    """Return where the answer to a command goes, so that any replica can give it."""
    row = str(interaction.id)
    pressed = Pressed(str(interaction.author.id), interaction.token, command, placement=placement)
    return ReplyTo(
        application_id=str(interaction.application_id),
        interaction_id=row,
        token=pressed.sealed_in(row, sealer),
        locale=str(interaction.locale),
        # From now by this machine's clock: Discord's, in the id, may differ by minutes.
        expires_at=datetime.now(UTC) + TOKEN_LIFE,
        follows_events=True,
    )


def pressed_by(answer: Answer, sealer: Sealer) -> Pressed:
    """Return the press that an answer is for.

    Raises SealBroken, and Unproven if the press asked for another command.
    """
    to = answer.reply_to
    opened = sealer.open(to.token, column=TOKEN_COLUMN, row=to.interaction_id)
    user_id, *bound, token = opened.split(" ")
    placement = Placement(bound.pop()) if bound and bound[-1] in PLACEMENTS else None
    command, about = bound[0] if bound else None, bound[1] if len(bound) > 1 else ""
    pressed = Pressed(user_id, token, command, about, placement)
    if pressed.command not in (None, answer.command):
        raise Unproven("wrong_command")
    return pressed


def check_member(answer: Answer, user_id: str, sealer: Sealer) -> Pressed:
    """Check that an answer is for the member it names, and not too old to lead to anything more.

    The inbox knows a repeated command for as long. Raises Unproven.
    """
    try:
        pressed = pressed_by(answer, sealer)
    except SealBroken:
        raise Unproven("wrong_member") from None
    if pressed.user_id != user_id:
        raise Unproven("wrong_member")
    life = TOKEN_LIFE if pressed.command is None else RECEIPT_LIFE
    if DISCORD_TIME.now() - born_at(answer.reply_to.interaction_id) > life:
        raise Unproven("too_late")
    return pressed


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
