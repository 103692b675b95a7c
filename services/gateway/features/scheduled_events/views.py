"""An invitation as one of Discord's scheduled events; nothing in it is secret."""

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.markdown import message_link, without_masked_links
from shared.messages.views import InvitationView

NAME, LOCATION, DESCRIPTION = 100, 100, 1000
EXTERNAL, GUILD_ONLY = 3, 2


def link_of(view: InvitationView) -> str:
    """Give the address of the announcement, by which its event is found again."""
    return message_link(view.guild_id, view.channel_id, view.shown_id)


def ends_of_links(view: InvitationView) -> tuple[str, ...]:
    """Give the ends of the addresses by which its event is found: that of now, and the first."""
    return f"/{view.shown_id}", f"/{view.id}"


def scheduled_event(view: InvitationView) -> Payload:
    """Write the event as Discord's REST API takes it; the link to the announcement stands last."""
    link = f"\n\n{link_of(view)}"
    said = without_masked_links(view.description)
    room = DESCRIPTION - len(link)
    return {
        "name": view.event_name[:NAME],
        "description": (said if len(said) <= room else said[: room - 1] + "…") + link,
        "scheduled_start_time": view.start_time.isoformat(),
        "scheduled_end_time": view.end_time.isoformat(),
        "privacy_level": GUILD_ONLY,
        "entity_type": EXTERNAL,
        "entity_metadata": {"location": view.world_name[:LOCATION]},
    }
