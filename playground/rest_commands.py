"""REST of application commands: global ones and those of a guild."""

from playground.access import missing_access
from playground.exchange import Answer, Exchange, route
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.validation_commands import check_commands
from playground.world import World

GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(world: World, application_id: str, guild_id: str | None) -> dict[str, Payload]:
    if application_id != world.bot_id:
        raise DiscordRefusal(403, 20012, "You are not authorized to perform this action")
    if guild_id is not None and not world.has_bot(guild_id):
        raise missing_access()
    return world.commands.setdefault(guild_id, {})


def _registered(
    world: World, body: Payload, guild_id: str | None, old: Payload | None = None
) -> Payload:
    permissions = body.get("default_member_permissions")
    command: Payload = {
        "id": old["id"] if old else world.ids.next(),
        "application_id": world.bot_id,
        "version": world.ids.next(),
        "type": body.get("type") or 1,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "options": body.get("options") or [],
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": body.get("nsfw") or False,
        "integration_types": body.get("integration_types") or [0],
        "contexts": body.get("contexts"),
    }
    return command | ({"guild_id": guild_id} if guild_id else {})


def _named(scope: dict[str, Payload], body: Payload) -> Payload | None:
    key = (body["name"], body.get("type") or 1)
    return next((c for c in scope.values() if (c["name"], c["type"]) == key), None)


@route("GET", GLOBAL)
@route("GET", OF_GUILD)
def list_commands(
    world: World, _: Exchange, application_id: str, guild_id: str | None = None
) -> Answer:
    """List the registered commands."""
    return 200, list(_scope(world, application_id, guild_id).values())


@route("PUT", GLOBAL)
@route("PUT", OF_GUILD)
def overwrite_commands(
    world: World, exchange: Exchange, application_id: str, guild_id: str | None = None
) -> Answer:
    """Replace all commands of a scope; those of the same name keep their id."""
    old = _scope(world, application_id, guild_id)
    check_commands(exchange.body)
    new = [_registered(world, body, guild_id, _named(old, body)) for body in exchange.body]
    world.commands[guild_id] = {command["id"]: command for command in new}
    world.changes.announce()
    return 200, new


@route("POST", GLOBAL)
@route("POST", OF_GUILD)
def create_command(
    world: World, exchange: Exchange, application_id: str, guild_id: str | None = None
) -> Answer:
    """Register one command, or replace the one of the same name."""
    scope = _scope(world, application_id, guild_id)
    check_commands([exchange.body])
    old = _named(scope, exchange.body)
    command = _registered(world, exchange.body, guild_id, old)
    scope[command["id"]] = command
    world.changes.announce()
    return (200 if old else 201), command


@route("PATCH", GLOBAL + "/{command_id}")
@route("PATCH", OF_GUILD + "/{command_id}")
def edit_command(
    world: World,
    exchange: Exchange,
    application_id: str,
    command_id: str,
    guild_id: str | None = None,
) -> Answer:
    """Change one command."""
    scope = _scope(world, application_id, guild_id)
    if command_id not in scope:
        raise unknown("application command")
    body = scope[command_id] | exchange.body
    check_commands([body])
    scope[command_id] = _registered(world, body, guild_id, scope[command_id])
    world.changes.announce()
    return 200, scope[command_id]


@route("DELETE", GLOBAL + "/{command_id}")
@route("DELETE", OF_GUILD + "/{command_id}")
def delete_command(
    world: World,
    _: Exchange,
    application_id: str,
    command_id: str,
    guild_id: str | None = None,
) -> Answer:
    """Remove one command."""
    scope = _scope(world, application_id, guild_id)
    if scope.pop(command_id, None) is None:
        raise unknown("application command")
    world.changes.announce()
    return 204, None
