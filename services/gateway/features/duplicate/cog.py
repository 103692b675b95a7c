"""A new invitation made from an old one: the form of `/invite create`, with words in it."""

from typing import Any, TypeAlias

from disnake.interactions import ApplicationCommandInteraction

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.features.lists.cog import find_invitation
from services.gateway.forms import invitation as forms
from services.gateway.forms.modals import invitation_modal
from services.gateway.texts import language_of, say

Slash: TypeAlias = ApplicationCommandInteraction[Any]


async def open_copy(
    dispatcher: CommandDispatcher, interaction: Slash, named: str, times: tuple[str, str]
) -> None:
    """Show the form with what an invitation says; only its host and staff are offered that."""
    view = await find_invitation(dispatcher, interaction, named)
    if view is None:
        return
    language, actor = language_of(str(interaction.locale)), dispatcher.actor(interaction)
    if not actor.is_staff_of(view.guild_id) and actor.user_id != view.host_id:
        await responses.say_privately(interaction, say(language, "refused.not_host"))
        return
    fields = {"tag", "instance_type", "max_participants", "reminder_minutes"}
    typed = dict(zip(("start_time", "end_time"), times, strict=True))
    try:
        chosen = forms.read_options(typed | view.model_dump(include=fields), interaction.created_at)
    except forms.Mistaken as mistaken:
        await error_replies.name_mistakes(interaction, mistaken)
        return
    modal = invitation_modal(chosen, language, view)
    await responses.once(lambda: interaction.response.send_modal(**modal))
