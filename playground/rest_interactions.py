"""REST of the first answer to an interaction: within three seconds, and only one."""

from playground import thread_life
from playground.component_forms import modal_inputs
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
from playground.writing import edit_message, write_message

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
FITTING = {
    COMMAND: {MESSAGE, THINKING, MODAL},
    COMPONENT: {MESSAGE, THINKING, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, THINKING, DEFERRED_UPDATE, UPDATE},
}


@route("POST", CALLBACK)
def answer_interaction(world: World, exchange: Exchange, interaction_id: str, token: str) -> Answer:
    """Accept the first answer; refuse a second or a late one."""
    interaction = world.interactions.get(interaction_id)
    if interaction is None or interaction.token != token:
        raise unknown("interaction")
    if interaction.callback is not None:
        raise DiscordRefusal(400, 40060, "Interaction has already been acknowledged.")
    if interaction.is_too_late_to_acknowledge(world.clock.now()):
        raise unknown("interaction")
    refuse_locked(world, interaction)
    body: Payload = exchange.body
    _check(interaction, body, exchange.files)
    interaction.callback = body
    interaction.callback_at = world.clock.now()
    _apply(world, interaction, body, exchange.files)
    world.changes.announce()
    if exchange.query.get("with_response") in ("true", "1"):
        return 200, _callback_response(world, interaction)
    return 204, None


def refuse_locked(world: World, interaction: Interaction) -> None:
    """Refuse every answer in a locked thread, where Discord takes none from anybody."""
    channel = world.channels.get(interaction.channel_id)
    if channel is not None and thread_life.is_locked(channel):
        raise thread_life.archived(403)


def _check(interaction: Interaction, body: Payload, files: list[Payload]) -> None:
    kind, answered = body["type"], body.get("data") or {}
    fits = kind in FITTING[interaction.kind]
    # A form of a command has no message to change; Discord takes "changed later" all the same.
    if not fits or (kind == UPDATE and "message" not in interaction.payload):
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
        interaction.original_id = write_answer(
            world, interaction, answered, files, is_thinking=kind == THINKING
        )
    elif kind in (DEFERRED_UPDATE, UPDATE):
        interaction.original_id = interaction.payload.get("message", {}).get("id")
    if kind == MODAL:
        for select in modal_inputs(answered).values():
            for default in select.get("default_values") or []:
                default["id"] = str(default["id"])  # JavaScript rounds numbers as large as these
    if kind == UPDATE:
        edit_message(world, str(interaction.original_id), answered, files)


def write_answer(
    world: World,
    interaction: Interaction,
    body: Payload,
    files: list[Payload],
    *,
    is_thinking: bool = False,
) -> str:
    """Put the bot's answer into the channel, for one person only when it is ephemeral."""
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
    described: Payload = {
        "id": interaction.id,
        "type": interaction.kind,
        "user": world.users[interaction.user_id],
        "authorizing_integration_owners": interaction.payload["authorizing_integration_owners"],
    }
    if interaction.kind == COMPONENT:
        described["interacted_message_id"] = interaction.payload["message"]["id"]
    if interaction.kind == MODAL_SUBMIT:
        described["triggering_interaction_metadata"] = interaction.triggered_by
    return described


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
