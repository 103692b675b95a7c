"""REST of a guild's scheduled events."""

from playground import scheduled_events
from playground.access import guild_for_bot, missing_permissions
from playground.exchange import Answer, Exchange, route
from playground.guilds import Guild
from playground.permissions import Permission
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.validation_forms import check_scheduled_event
from playground.world import World

MOST_EVENTS = 100
CREATING = (Permission.CREATE_EVENTS, Permission.MANAGE_EVENTS)


def _guild(world: World, guild_id: str, *needed: Permission) -> Guild:
    guild = guild_for_bot(world, guild_id, *needed)
    for event in guild.scheduled_events.values():
        scheduled_events.follow_clock(event, world.clock)
    return guild


@route("GET", "/guilds/{guild_id}/scheduled-events")
def list_events(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the guild's scheduled events."""
    events = _guild(world, guild_id).scheduled_events.values()
    return 200, [event for event in events if scheduled_events.is_listed(event)]


@route("POST", "/guilds/{guild_id}/scheduled-events")
def create_event(world: World, exchange: Exchange, guild_id: str) -> Answer:
    """Schedule an event."""
    guild = _guild(world, guild_id, *CREATING)
    check_scheduled_event(exchange.body, world.clock)
    if sum(map(scheduled_events.is_listed, guild.scheduled_events.values())) >= MOST_EVENTS:
        text = "Maximum number of uncompleted guild scheduled events reached (100)"
        raise DiscordRefusal(400, 30038, text)
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
    guild.scheduled_events[event["id"]] = event
    world.emit("GUILD_SCHEDULED_EVENT_CREATE", event)
    return 200, event


def _event(guild: Guild, event_id: str) -> Payload:
    if event_id not in guild.scheduled_events:
        raise unknown("Guild Scheduled Event")
    return guild.scheduled_events[event_id]


def _own_event(world: World, guild_id: str, event_id: str) -> Payload:
    """Find an event that the bot may change: its own, or any when it manages events."""
    guild = _guild(world, guild_id, *CREATING)
    event = _event(guild, event_id)
    manages = guild.permissions_of(world.bot_id) & Permission.MANAGE_EVENTS
    if event["creator_id"] != world.bot_id and not manages:
        raise missing_permissions()
    return event


@route("GET", "/guilds/{guild_id}/scheduled-events/{event_id}")
def get_event(world: World, _: Exchange, guild_id: str, event_id: str) -> Answer:
    """Give one scheduled event."""
    return 200, _event(_guild(world, guild_id), event_id)


@route("PATCH", "/guilds/{guild_id}/scheduled-events/{event_id}")
def edit_event(world: World, exchange: Exchange, guild_id: str, event_id: str) -> Answer:
    """Change a scheduled event."""
    event = _own_event(world, guild_id, event_id)
    scheduled_events.check_change(event, exchange.body, world.clock)
    event.update(exchange.body)
    world.emit("GUILD_SCHEDULED_EVENT_UPDATE", event)
    return 200, event


@route("DELETE", "/guilds/{guild_id}/scheduled-events/{event_id}")
def delete_event(world: World, _: Exchange, guild_id: str, event_id: str) -> Answer:
    """Take a scheduled event away."""
    event = _own_event(world, guild_id, event_id)
    del world.guild(guild_id).scheduled_events[event_id]
    world.emit("GUILD_SCHEDULED_EVENT_DELETE", event)
    return 204, None
