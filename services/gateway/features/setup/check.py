"""Says which permissions the bot lacks, by Discord's own names, and where to switch them on."""

from collections.abc import Sequence

from services.gateway.discord.permissions import Place, missing_in, missing_in_guild
from services.gateway.features.setup.frame import Community, Field, state
from services.gateway.i18n.translate import Language, translate, translate_one


def channel_field(setting: str, channel_id: str | None, place: Place, of: Community) -> Field:
    """Say which channel is chosen, and what the bot lacks there."""
    name, language = translate_one(of.language, "setting", setting), of.language
    if channel_id is None:
        return name, translate_one(language, "unset", setting)
    channel = of.channel(channel_id)
    if channel is None:
        return name, translate(language, "setup-channel_gone")
    missing = missing_in(channel, of.me, place)
    if not missing:
        return name, f"{channel.mention} ✅"
    where = translate(language, "setup-where_channel", channel=channel.mention, role=_role(of))
    return name, f"{channel.mention}\n{_problem(missing, where, language)}"


def role_field(setting: str, role_ids: Sequence[str], of: Community) -> Field:
    """Say which roles are chosen."""
    language = of.language
    roles = " ".join(role.mention for role in of.roles(role_ids))
    if role_ids and not roles:
        roles = translate(language, "setup-roles_gone")
    return (
        translate_one(language, "setting", setting),
        roles or translate_one(language, "unset", setting),
    )


def mention_field(setting: str, of: Community) -> Field:
    """Say which roles hosts may mention, and what the bot lacks to notify them and @everyone."""
    settings = of.settings
    name, said = role_field(setting, settings.mention_role_ids, of)
    roles = of.roles(settings.mention_role_ids)
    if not settings.mentions_everyone and all(role.mentionable for role in roles):
        return name, said
    channel = of.channel(settings.announcement_channel_id)
    if channel is None or not (missing := missing_in(channel, of.me, "mention")):
        return name, said
    where = translate(of.language, "setup-where_channel", channel=channel.mention, role=_role(of))
    return name, f"{said}\n{_problem(missing, where, of.language)}"


def mirror_field(setting: str, of: Community, *, is_on: bool) -> Field:
    """Say whether events are shown in the guild's calendar, and what the bot lacks for it."""
    said = [state(of.language, is_on=is_on)]
    if is_on and (missing := missing_in_guild(of.me)):
        where = translate(of.language, "setup-where_server", role=_role(of))
        said.append(_problem(missing, where, of.language))
    return translate_one(of.language, "setting", setting), "\n".join(said)


def _problem(missing: Sequence[str], where: str, language: Language) -> str:
    lines = [
        translate(
            language,
            "setup-missing_line",
            permission=translate_one(language, "permission", name),
            reason=translate_one(language, "need", name),
        )
        for name in missing
    ]
    first, last = translate(language, "setup-missing"), translate(language, "setup-look_again")
    return "\n".join([first, *lines, where, last])


def _role(of: Community) -> str:
    """Mention the role that Discord made for the bot, or the bot where it has none."""
    role = of.guild.self_role
    return role.mention if role else of.me.mention
