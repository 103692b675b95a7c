"""REST of answers after the first one, by the interaction's token, and of a channel's webhook."""

from playground.exchange import Answer, Exchange, route
from playground.interactions import LOADING, Interaction
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.rest_interactions import refuse_locked, write_answer
from playground.validation_messages import check_message
from playground.world import World
from playground.writing import edit_message, remove_message, write_message

WEBHOOK = "/webhooks/{application_id}/{token}"
ORIGINAL = WEBHOOK + "/messages/@original"


def _living(world: World, application_id: str, token: str) -> Interaction:
    interaction = world.interactions_by_token.get(token)
    if interaction is None or application_id != world.bot_id:
        raise unknown("Webhook")
    if interaction.is_expired(world.clock.now()):
        raise DiscordRefusal(401, 50027, "Invalid Webhook Token")
    if interaction.callback is None:
        raise unknown("Webhook")
    refuse_locked(world, interaction)
    return interaction


def _original(world: World, application_id: str, token: str) -> tuple[Interaction, str]:
    interaction = _living(world, application_id, token)
    if interaction.original_id is None or interaction.is_original_deleted:
        raise unknown("Message")
    world.message(interaction.original_id)
    return interaction, interaction.original_id


@route("GET", ORIGINAL)
def get_original(world: World, _: Exchange, application_id: str, token: str) -> Answer:
    """Give the first answer."""
    message_id = _original(world, application_id, token)[1]
    return 200, world.message(message_id).payload


@route("PATCH", ORIGINAL)
def edit_original(world: World, exchange: Exchange, application_id: str, token: str) -> Answer:
    """Change the first answer; a thinking one becomes final."""
    interaction, message_id = _original(world, application_id, token)
    is_thinking = bool(world.message(message_id).payload["flags"] & LOADING)
    check_message(exchange.body, exchange.files, is_new=is_thinking)
    return 200, _settle(world, interaction, message_id, exchange)


def _settle(world: World, interaction: Interaction, message_id: str, exchange: Exchange) -> Payload:
    payload = world.message(message_id).payload
    was_thinking = bool(payload["flags"] & LOADING)
    payload["flags"] &= ~LOADING
    interaction.is_original_edited = True
    edit_message(world, message_id, exchange.body, exchange.files)
    if was_thinking:
        payload["edited_timestamp"] = None  # nobody read anything else before
    return payload


@route("DELETE", ORIGINAL)
def delete_original(world: World, _: Exchange, application_id: str, token: str) -> Answer:
    """Remove the first answer."""
    interaction, message_id = _original(world, application_id, token)
    interaction.is_original_deleted = True
    remove_message(world, message_id)
    return 204, None


@route("POST", WEBHOOK)
def follow_up(world: World, exchange: Exchange, application_id: str, token: str) -> Answer:
    """Send a further message; right after a deferred answer it fills the thinking one instead.

    A channel's own webhook has the same address, and answers with nothing.
    """
    channel_id = world.webhooks.get((application_id, token))
    if channel_id is not None:
        check_message(exchange.body, exchange.files)
        whose = {"webhook_id": application_id}
        write_message(world, channel_id, exchange.body, exchange.files, extra=whose)
        return 204, None
    interaction = _living(world, application_id, token)
    check_message(exchange.body, exchange.files)
    thinking = world.messages.get(interaction.original_id or "")
    if thinking is not None and thinking.payload["flags"] & LOADING:
        return 200, _settle(world, interaction, thinking.payload["id"], exchange)
    message_id = write_answer(world, interaction, exchange.body, exchange.files)
    interaction.followup_ids.append(message_id)
    world.changes.announce()
    return 200, world.message(message_id).payload


def _follow_up(world: World, application_id: str, token: str, message_id: str) -> str:
    interaction = _living(world, application_id, token)
    if message_id not in (*interaction.followup_ids, interaction.original_id):
        raise unknown("Message")
    return message_id


@route("PATCH", WEBHOOK + "/messages/{message_id}")
def edit_follow_up(
    world: World, exchange: Exchange, application_id: str, token: str, message_id: str
) -> Answer:
    """Change a further message."""
    message_id = _follow_up(world, application_id, token, message_id)
    check_message(exchange.body, exchange.files, is_new=False)
    return 200, edit_message(world, message_id, exchange.body, exchange.files)


@route("DELETE", WEBHOOK + "/messages/{message_id}")
def delete_follow_up(
    world: World, _: Exchange, application_id: str, token: str, message_id: str
) -> Answer:
    """Remove a further message."""
    remove_message(world, _follow_up(world, application_id, token, message_id))
    return 204, None
