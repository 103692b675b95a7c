"""REST of the guild's scheduled events."""

from playground import scheduled_events
from playground.exchange import Answer, Exchange, route
from playground.refusals import Payload, unknown
from playground.validation_forms import check_scheduled_event
from playground.world import World


def _known(world: World, guild_id: str) -> None:
    if guild_id != world.guild_id:
        raise unknown("Guild")
    for event in world.scheduled_events.values():
        scheduled_events.follow_clock(event, world.clock)


@route("GET", "/guilds/{guild_id}/scheduled-events")
def list_events(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the guild's scheduled events."""
    _known(world, guild_id)
    listed = [e for e in world.scheduled_events.values() if scheduled_events.is_listed(e)]
    return 200, listed


@route("POST", "/guilds/{guild_id}/scheduled-events")
def create_event(world: World, exchange: Exchange, guild_id: str) -> Answer:
    """Schedule an event."""
    _known(world, guild_id)
    check_scheduled_event(exchange.body, world.clock)
    event: Payload = {
        "id": world.ids.next(),
        "guild_id": guild_id,
        "channel_id": None,
        "creator_id": world.bot_id,
        "creator": world.users[world.bot_id],
        "description": None,
        "image": None,
        "scheduled_end_time": None,
        "status": 1,
        "entity_id": None,
        "entity_metadata": None,
        "user_count": 0,
        "recurrence_rule": None,
        "guild_scheduled_event_exceptions": [],
    } | exchange.body
    world.scheduled_events[event["id"]] = event
    world.emit("GUILD_SCHEDULED_EVENT_CREATE", event)
    return 200, event


def _event(world: World, guild_id: str, event_id: str) -> Payload:
    _known(world, guild_id)
    if event_id not in world.scheduled_events:
        raise unknown("Guild Scheduled Event")
    return world.scheduled_events[event_id]


@route("GET", "/guilds/{guild_id}/scheduled-events/{event_id}")
def get_event(world: World, _: Exchange, guild_id: str, event_id: str) -> Answer:
    """Give one scheduled event."""
    return 200, _event(world, guild_id, event_id)


@route("PATCH", "/guilds/{guild_id}/scheduled-events/{event_id}")
def edit_event(world: World, exchange: Exchange, guild_id: str, event_id: str) -> Answer:
    """Change a scheduled event."""
    event = _event(world, guild_id, event_id)
    scheduled_events.check_change(event, exchange.body, world.clock)
    event.update(exchange.body)
    world.emit("GUILD_SCHEDULED_EVENT_UPDATE", event)
    return 200, event


@route("DELETE", "/guilds/{guild_id}/scheduled-events/{event_id}")
def delete_event(world: World, _: Exchange, guild_id: str, event_id: str) -> Answer:
    """Take a scheduled event away."""
    event = _event(world, guild_id, event_id)
    del world.scheduled_events[event_id]
    world.emit("GUILD_SCHEDULED_EVENT_DELETE", event)
    return 204, None
