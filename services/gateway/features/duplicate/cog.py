"""`/invite duplicate`: the form of a new invitation, filled in from an old one."""

from typing import Any

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.features.create.cog import may_announce
from services.gateway.features.lists.finding import find_invitation
from services.gateway.forms.edit import prefilled
from services.gateway.forms.invitation import read_options
from services.gateway.forms.modals import invitation_modal
from shared.refusal import Refused


async def open_copy(press: Press[Interaction], named: str, times: tuple[str, str]) -> None:
    """Show the form with the texts of an invitation, to its host and to staff."""
    view = await find_invitation(press, named, is_own=True)
    await may_announce(press)
    actor = await press.checked_actor()
    if not actor.is_staff_of(view.guild_id) and actor.user_id != view.host_id:
        raise Refused("not_host")
    fields = {"tag", "instance_type", "max_participants", "reminder_minutes"}
    typed: dict[str, Any] = dict(zip(("start_time", "end_time"), times, strict=True))
    typed |= view.model_dump(include=fields)
    zone = (await press.guild_locale()).zone
    options = read_options(typed, press.interaction.created_at, zone)
    texts = prefilled(view, "content", zone)
    await press.open_form(invitation_modal(options, press.language, texts))
