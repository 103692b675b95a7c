"""`/invite duplicate`: a draft filled in from an old invitation."""

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.features.create.cog import check_room, may_announce
from services.gateway.features.create.copying import save_copy
from services.gateway.features.lists.finding import find_invitation
from shared.refusal import Refused


async def copy(press: Press[Interaction], named: str) -> None:
    """Save a draft with the texts of an invitation, for its hosts and for staff."""
    view = await find_invitation(press, named, is_own=True)
    await may_announce(press)
    actor = await press.checked_actor()
    if not actor.is_staff_of(view.guild_id) and actor.user_id not in view.hosts:
        raise Refused("not_host")
    await check_room(press)
    after = max(press.interaction.created_at, view.start_time)
    await save_copy(press, view, after, "next_week")
