"""What the invitations service does for the members who manage a guild."""

from services.invitations.domain import check_staff
from services.invitations.sql import audit, guilds
from shared.audit import noted
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.invitations.details import Tag
from shared.messages.invitations.guilds import (
    ChangeGuildSettings,
    GuildSettingsChanged,
    PinList,
    SetApiToken,
    UnpinList,
)
from shared.refusal import Refused

SHOWN_DIGEST = 8


async def change_settings(command: ChangeGuildSettings, connection: Connection) -> Outcome:
    """Change some settings of the actor's own guild. Idempotent: what is the same is no change."""
    _check_manages(command)
    changes = command.changes.values
    if command.guild_id in changes.get("mention_role_ids", ()):
        raise Refused("everyone_is_no_role")
    before = await guilds.lock(connection, command.guild_id)
    after = before.model_copy(update={**changes, "version": before.version + 1})
    changed = [name for name, value in changes.items() if getattr(before, name) != value]
    if not changed:
        return accepted(choice="same")
    await guilds.change(connection, after)
    for name in changed:
        await audit.write_down(
            connection,
            command,
            guild_id=command.guild_id,
            setting=name,
            **noted(before=getattr(before, name), after=getattr(after, name)),
        )
    return accepted(GuildSettingsChanged(guild=after), choice="changed")


async def pin_list(command: PinList, connection: Connection) -> Outcome:
    """Let a message of the actor's own guild list its open events."""
    if command.actor.guild_id != command.guild_id:
        raise Refused("not_found")
    check_staff(command.actor)
    before = await guilds.lock(connection, command.guild_id)
    place = {"list_channel_id": command.channel_id, "list_message_id": command.message_id}
    after = before.model_copy(update={**place, "version": before.version + 1})
    await guilds.change(connection, after)
    await audit.write_down(
        connection,
        command,
        guild_id=command.guild_id,
        setting="list_channel_id",
        **noted(before=before.list_channel_id, after=command.channel_id),
    )
    return accepted(GuildSettingsChanged(guild=after), choice="pinned")


async def set_api_token(command: SetApiToken, connection: Connection) -> Outcome:
    """Give the actor's own guild another token, or none."""
    _check_manages(command)
    digest = command.token_sha256
    before = await guilds.lock(connection, command.guild_id)
    if digest and await guilds.owner_of_digest(connection, digest) not in (None, before.guild_id):
        raise Refused("token_taken")
    replaced = await guilds.replace_digest(connection, command.guild_id, digest)
    if replaced == digest:
        return accepted(choice="same")
    update = {"has_api_token": digest is not None, "version": before.version + 1}
    after = before.model_copy(update=update)
    await guilds.change(connection, after)
    short = [each and each[:SHOWN_DIGEST] for each in (replaced, digest)]
    await audit.write_down(
        connection,
        command,
        guild_id=command.guild_id,
        setting="has_api_token",
        **noted(before=short[0], after=short[1]),
    )
    return accepted(GuildSettingsChanged(guild=after), choice="changed")


async def unpin_list(command: UnpinList, connection: Connection) -> Outcome:
    """Forget the list of a guild, unless another message has taken its place."""
    if command.is_stranger_to(command.guild_id):
        raise Refused("not_found")
    before = await guilds.lock(connection, command.guild_id)
    if before.list_message_id != command.message_id:
        return Outcome()
    nowhere = {"list_channel_id": None, "list_message_id": None}
    after = before.model_copy(update={**nowhere, "version": before.version + 1})
    await guilds.change(connection, after)
    return Outcome([GuildSettingsChanged(guild=after)])


async def check_tag(connection: Connection, guild_id: str, tag: Tag) -> None:
    """Refuse a tag that the guild does not offer."""
    if tag not in (await guilds.view(connection, guild_id)).tags:
        raise Refused("tag_not_offered")


def _check_manages(command: ChangeGuildSettings | SetApiToken) -> None:
    if command.actor.guild_id != command.guild_id:
        raise Refused("not_found")
    if not command.actor.may_manage:
        raise Refused("not_allowed")
