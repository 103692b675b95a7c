"""`/invite create`: a form, then a private card on which the host mends, completes and posts."""

import contextlib
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from services.gateway.clients.invitations_api import ApiTooOld, ApiUnavailable
from services.gateway.delivery import error_replies
from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.discord.interactions import press_id, role_ids
from services.gateway.discord.responses import Interaction
from services.gateway.features.create import lists, stored
from services.gateway.features.create.card import Card, Shown, card, question
from services.gateway.features.create.custom_ids import (
    AskToDrop,
    ChooseInDraft,
    Compose,
    DraftButton,
    DropIt,
    MoreOfDraft,
    OpenDraft,
    PostIt,
    RemindersOfDraft,
)
from services.gateway.features.create.modals import (
    draft_modal,
    more_modal,
    prefilled,
    reminders_modal,
    typed_texts,
)
from services.gateway.forms.co_hosts import chosen_co_hosts
from services.gateway.forms.draft import OTHER_FIELDS, Typed
from services.gateway.forms.invitation import typed_or_chosen
from services.gateway.metrics import answered
from shared.messages.invitations.drafting import (
    Choices,
    ChooseForDraft,
    DropDraft,
    PostDraft,
)
from shared.messages.invitations.guilds import GuildView
from shared.refusal import Refused

components = Components()
log = structlog.get_logger()


async def may_announce(press: Press[Interaction]) -> tuple[GuildView, str]:
    """Return the guild's settings and the channel, if the member may announce; raises Refused."""
    settings = await press.settings()
    if settings.announcement_channel_id is None:
        # The copy may be older than the choice that was made just now.
        settings = await press.dispatcher.guilds.newest(press.guild_id)
    if settings.announcement_channel_id is None:
        raise Refused("not_set_up")
    hosts = settings.host_role_ids
    # Everybody has the role whose id is the guild's.
    is_host = not hosts or not {settings.guild_id, *role_ids(press.interaction)}.isdisjoint(hosts)
    if not is_host and not (await press.checked_actor()).is_staff:
        roles = " ".join(f"<@&{role_id}>" for role_id in hosts)
        raise Refused("no_host_role", roles=roles)
    return settings, settings.announcement_channel_id


async def open_form(press: Press[Interaction]) -> None:
    """Show the form of a new draft; the drafts there are, if one more would be too many."""
    settings, _ = await may_announce(press)
    try:
        with contextlib.suppress(ApiUnavailable):  # the submitted form asks again
            await check_room(press)
    except Refused as refused:
        await show(press, lists.refused(await lists.drafts_of(press), refused, press.language))
        return
    await press.open_form(draft_modal(Compose(), press.language, settings.zone, {}))


async def check_room(press: Press[Interaction]) -> None:
    """Refuse one draft too many, before a host types it in vain. Staff are exempt."""
    known = await press.api.drafts(press.user_id)
    is_staff = (await press.checked_actor()).is_staff
    if known.most is not None and known.count >= known.most and not is_staff:
        raise Refused("limit_drafts", most=known.most)


@components.button(Compose)
async def mend(press: Press[Click], button: Compose) -> None:
    """Open the form filled in."""
    if button.draft_id is None:
        raise Refused("unknown_component")
    view, settings = await stored.find(press, button.draft_id), await press.settings()
    values = prefilled(stored.opened(view, press.dispatcher.sealer), view, settings.zone)
    await press.open_form(draft_modal(button, press.language, settings.zone, values))


@components.form(Compose)
async def save(press: Press[Modal], form: Compose) -> None:
    """Keep what was typed, with its mistakes; a form that cannot be kept is given back."""
    typed = Typed.of_form(press.interaction.text_values)
    try:
        await _save(press, form.draft_id, typed)
    except (Refused, ApiUnavailable) as error:
        text = error_replies.text_of(error, press.language)
        await press.say(text, embeds=[typed_texts(typed, press.language)])


async def _save(press: Press[Modal], draft_id: UUID | None, typed: Typed) -> None:
    settings, _ = await may_announce(press)
    sealer, view = press.dispatcher.sealer, None
    if draft_id is not None:
        found = (await press.api.drafts(press.user_id, draft_id)).drafts
        view = found[0] if found and found[0].is_open else None
    if view is None:
        # Also for a draft that was posted or dropped meanwhile: this one is new.
        draft_id, choices = press_id(press.interaction), _default_choices(settings)
        try:
            await check_room(press)
        except ApiTooOld:
            raise  # such a service would refuse the draft minutes later
        except ApiUnavailable as error:  # the press waits for the service
            log.warning("api.unavailable", reason=str(error))
    else:
        draft_id, choices = view.request_id, view.choices
        old = stored.opened(view, sealer)
        typed = typed.going_on_from(old)
    draft = stored.read(typed, choices, settings, press.interaction.created_at)
    in_place = press.interaction.message is not None
    await stored.save(press, draft_id, draft, choices, in_place=in_place)


def _default_choices(settings: GuildView) -> Choices:
    return Choices(tag=settings.offered(), reminder_minutes=settings.reminder_minutes)


@components.button(MoreOfDraft)
async def open_more(press: Press[Click], button: MoreOfDraft) -> None:
    """Open the form of what most hosts leave as it is."""
    view, settings = await stored.find(press, button.draft_id), await press.settings()
    typed = stored.opened(view, press.dispatcher.sealer)
    await press.open_form(more_modal(view, typed, press.language, settings.zone))


@components.button(RemindersOfDraft)
async def open_reminders(press: Press[Click], button: RemindersOfDraft) -> None:
    """Open the form of the reminders."""
    view = await stored.find(press, button.draft_id)
    typed = stored.opened(view, press.dispatcher.sealer)
    await press.open_form(reminders_modal(view, typed, press.language))


@components.form(MoreOfDraft, RemindersOfDraft)
async def save_more(press: Press[Modal], form: DraftButton) -> None:
    """Keep what one of the other forms asks for."""
    view, settings = await stored.find(press, form.draft_id), await press.settings()
    values = typed_or_chosen(press.interaction.values)
    typed = stored.opened(view, press.dispatcher.sealer)
    others: dict[str, Any] = {name: values[name].strip() for name in OTHER_FIELDS if name in values}
    typed = replace(typed, **others)
    chosen: dict[str, Any] = {}
    if minutes := values.get("reminder_minutes"):
        chosen["reminder_minutes"] = int(minutes)
    co_host_ids = chosen_co_hosts(press.interaction.resolved_values)
    if co_host_ids is not None:
        chosen["co_host_ids"] = [each for each in co_host_ids if each != press.user_id]
    choices = Choices(**dict(view.choices) | chosen)
    draft = stored.read(typed, choices, settings, press.interaction.created_at)
    await stored.save(press, view.request_id, draft, choices, in_place=True)


@components.button(ChooseInDraft)
async def choose(press: Press[Click], select: ChooseInDraft) -> None:
    """Keep what was chosen in a select of the card."""
    chosen = {select.field: next(iter(press.interaction.values or []), None)}
    fields = await stored.card_fields(press, select.draft_id)
    await press.dispatch(ChooseForDraft(**fields, **chosen), in_place=True)


@components.button(PostIt)
async def post(press: Press[Click], button: PostIt) -> None:
    """Announce the event; the answer takes the place of the card."""
    _, channel_id = await may_announce(press)
    fields = await stored.card_fields(press, button.draft_id)
    await press.dispatch(PostDraft(**fields, channel_id=channel_id), in_place=True)


@components.button(AskToDrop)
async def ask_to_drop(press: Press[Click], button: AskToDrop) -> None:
    """Ask first: what was typed would be gone."""
    await show(press, question(await _shown(press, button.draft_id)))


@components.button(DropIt)
async def drop(press: Press[Click], button: DropIt) -> None:
    """Drop the draft."""
    fields = await stored.card_fields(press, button.draft_id)
    await press.dispatch(DropDraft(**fields), in_place=True)


@components.button(OpenDraft)
async def open_draft(press: Press[Click], button: OpenDraft) -> None:
    """Show the card of a draft."""
    await show(press, card(await _shown(press, button.draft_id)))


async def show_drafts(press: Press[Interaction]) -> None:
    """List the member's drafts."""
    press.check_rate()
    await show(press, await lists.drafts_of(press))


async def _shown(press: Press[Interaction], draft_id: UUID) -> Shown:
    view, settings = await stored.find(press, draft_id), await press.settings()
    now = press.interaction.created_at
    sealer, guild = press.dispatcher.sealer, press.interaction.bot.get_guild(int(press.guild_id))
    return stored.shown(view, settings, sealer, now, press.language, guild)


async def show(press: Press[Interaction], drawn: Card) -> None:
    """Answer with a card: in the place of the private message whose button was pressed."""
    interaction, response = press.interaction, press.interaction.response
    if responses.is_on_private_message(interaction):
        is_taken = await responses.once(
            lambda: response.edit_message(drawn.text, embed=drawn.embed, components=drawn.rows)
        )
    else:
        is_taken = await responses.once(
            lambda: response.send_message(
                drawn.text, embed=drawn.embed, components=drawn.rows, ephemeral=True
            )
        )
    if is_taken:
        answered("draft", interaction.id)
