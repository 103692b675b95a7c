"""REST of interactions: the first answer within three seconds, the rest within fifteen minutes."""

from playground.exchange import Answer, Exchange, route
from playground.interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED_UPDATE,
    EPHEMERAL,
    LOADING,
    MESSAGE,
    MODAL,
    MODAL_SUBMIT,
    THINKING,
    UPDATE,
    Interaction,
)
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.validation_forms import check_choices, check_modal, refuse_wrong_kind
from playground.validation_messages import check_message
from playground.world import World
from playground.writing import edit_message, remove_message, write_message

FITTING = {
    COMMAND: {MESSAGE, THINKING, MODAL},
    COMPONENT: {MESSAGE, THINKING, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, THINKING, DEFERRED_UPDATE, UPDATE},
}
WEBHOOK = "/webhooks/{application_id}/{token}"
ORIGINAL = WEBHOOK + "/messages/@original"


@route("POST", "/interactions/{interaction_id}/{token}/callback")
def answer_interaction(world: World, exchange: Exchange, interaction_id: str, token: str) -> Answer:
    """Take the first answer; whoever comes second, or too late, is told so."""
    interaction = world.interactions.get(interaction_id)
    if interaction is None or interaction.token != token:
        raise unknown("interaction")
    if interaction.callback is not None:
        raise DiscordRefusal(400, 40060, "Interaction has already been acknowledged.")
    if interaction.is_too_late_to_acknowledge(world.clock.now()):
        raise unknown("interaction")
    body: Payload = exchange.body
    _check(interaction, body, exchange.files)
    interaction.callback = body
    interaction.callback_at = world.clock.now()
    _apply(world, interaction, body, exchange.files)
    world.changes.announce()
    if exchange.query.get("with_response") == "true":
        return 200, _callback_response(world, interaction)
    return 204, None


def _check(interaction: Interaction, body: Payload, files: list[Payload]) -> None:
    kind, answered = body["type"], body.get("data") or {}
    fits = kind in FITTING[interaction.kind]
    if not fits or (kind in (DEFERRED_UPDATE, UPDATE) and "message" not in interaction.payload):
        raise refuse_wrong_kind(kind, interaction.kind)
    if kind in (MESSAGE, UPDATE):
        check_message(answered, files, is_new=kind == MESSAGE)
    elif kind == MODAL:
        check_modal(answered)
    elif kind == CHOICES:
        check_choices(answered.get("choices") or [])


def _apply(world: World, interaction: Interaction, body: Payload, files: list[Payload]) -> None:
    kind, answered = body["type"], body.get("data") or {}
    if kind in (MESSAGE, THINKING):
        interaction.original_id = _write(
            world, interaction, answered, files, is_thinking=kind == THINKING
        )
    elif kind in (DEFERRED_UPDATE, UPDATE):
        interaction.original_id = interaction.payload["message"]["id"]
    if kind == UPDATE:
        edit_message(world, str(interaction.original_id), answered, files)


def _write(
    world: World,
    interaction: Interaction,
    body: Payload,
    files: list[Payload],
    *,
    is_thinking: bool = False,
) -> str:
    flags = body.get("flags") or 0
    extra: Payload = {
        "type": 20 if interaction.kind == COMMAND else 0,
        "webhook_id": world.bot_id,
        "application_id": world.bot_id,
        "interaction_metadata": metadata(interaction, world),
    }
    if is_thinking:
        extra["flags"] = flags & EPHEMERAL | LOADING
    only_for = interaction.user_id if flags & EPHEMERAL else None
    written = write_message(
        world, interaction.channel_id, body, files, only_for=only_for, extra=extra
    )
    return str(written["id"])


def metadata(interaction: Interaction, world: World) -> Payload:
    """Tell which interaction a message comes from."""
    told: Payload = {
        "id": interaction.id,
        "type": interaction.kind,
        "user": world.users[interaction.user_id],
        "authorizing_integration_owners": {"0": world.guild_id},
    }
    if interaction.kind == COMPONENT:
        told["interacted_message_id"] = interaction.payload["message"]["id"]
    if interaction.kind == MODAL_SUBMIT:
        told["triggering_interaction_metadata"] = interaction.triggered_by
    return told


def _callback_response(world: World, interaction: Interaction) -> Payload:
    about: Payload = {"id": interaction.id, "type": interaction.kind}
    response: Payload = {"interaction": about}
    kind = (interaction.callback or {})["type"]
    if interaction.original_id is not None:
        message = world.message(interaction.original_id).payload
        about["response_message_id"] = interaction.original_id
        about["response_message_loading"] = bool(message["flags"] & LOADING)
        about["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
        if kind in (MESSAGE, THINKING, UPDATE):
            response["resource"] = {"type": MESSAGE if kind == THINKING else kind}
            response["resource"]["message"] = message
    return response


def _living(world: World, application_id: str, token: str) -> Interaction:
    interaction = world.interactions_by_token.get(token)
    if interaction is None or application_id != world.bot_id:
        raise unknown("Webhook")
    if interaction.is_expired(world.clock.now()):
        raise DiscordRefusal(401, 50027, "Invalid Webhook Token")
    if interaction.callback is None:
        raise unknown("Webhook")
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
    """Send a further message; right after a deferred answer it fills the thinking one instead."""
    interaction = _living(world, application_id, token)
    check_message(exchange.body, exchange.files)
    thinking = world.messages.get(interaction.original_id or "")
    if thinking is not None and thinking.payload["flags"] & LOADING:
        return 200, _settle(world, interaction, thinking.payload["id"], exchange)
    message_id = _write(world, interaction, exchange.body, exchange.files)
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
