"""Drafts on their way into the database and back: what a host typed is encrypted."""

from datetime import datetime
from typing import Any
from uuid import UUID

import disnake
import structlog

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.features.create.card import Shown
from services.gateway.features.create.custom_ids import DraftPage
from services.gateway.features.create.mentions import mentionable
from services.gateway.forms import draft as forms
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.drafting import Choices, DraftView, SaveDraft
from shared.messages.invitations.guilds import GuildView
from shared.refusal import Refused
from shared.sealing import SealBroken, Sealer

TYPED, DESCRIPTION, PROFILE = "draft_typed", "draft_description", "vrchat_profile"

log = structlog.get_logger()


async def find(press: Press[Interaction], draft_id: UUID) -> DraftView:
    """Read the member's own open draft; raises Refused and ApiUnavailable."""
    press.check_rate()
    found = (await press.api.drafts(press.user_id, draft_id)).drafts
    if not found:
        raise Refused("no_draft")
    if not found[0].is_open:
        raise Refused("draft_posted")
    return found[0]


def opened(view: DraftView, sealer: Sealer) -> forms.Typed:
    """Decrypt what a host typed; raises Refused if no key opens it."""
    row = str(view.request_id)
    try:
        typed = sealer.open(view.typed or "", column=TYPED, row=row)
        description = sealer.open(view.typed_description or "", column=DESCRIPTION, row=row)
    except SealBroken as error:
        log.error("draft.unopened", reason=str(error))
        raise Refused("draft_unreadable") from None
    return forms.Typed.from_json(typed, description)


def read(typed: forms.Typed, choices: Choices, settings: GuildView, now: datetime) -> forms.Draft:
    """Read what a host typed, in the language and the zone of the guild."""
    locale = Locale.of(settings)
    unnamed = translate(locale.language, "draft-world")
    return forms.read(typed, choices, now, locale.zone, unnamed)


def shown(
    view: DraftView,
    settings: GuildView,
    sealer: Sealer,
    now: datetime,
    language: Language,
    guild: disnake.Guild | None,
) -> Shown:
    """Read a stored draft as it is now; raises Refused if no key opens it."""
    draft = read(opened(view, sealer), view.choices, settings, now)
    mentions = mentionable(guild, settings)
    locale = Locale.of(settings)
    return Shown(view, draft, locale, language, now, mentions, settings.tags)


async def save(
    press: Press[Interaction],
    draft_id: UUID,
    draft: forms.Draft,
    choices: Choices,
    *,
    in_place: bool,
) -> None:
    """Dispatch a draft to be kept; the answer is its card."""
    seal, row = press.dispatcher.sealer.seal, str(draft_id)
    fields = await card_fields(press, draft_id)
    profile = draft.vrchat_profile
    command = SaveDraft(
        **fields,
        host_name=fields["actor"].name,
        choices=choices,
        typed=seal(draft.typed.as_json(), column=TYPED, row=row),
        typed_description=seal(draft.typed.description, column=DESCRIPTION, row=row),
        details=draft.details,
        vrchat_profile=profile and seal(profile, column=PROFILE, row=row),
    )
    await press.dispatch(command, in_place=in_place)


async def card_fields(press: Press[Interaction], draft_id: UUID) -> dict[str, Any]:
    """Return the fields of a command about a draft, whose answer is shown on its card."""
    fields = await press.checked_fields()
    page = DraftPage(draft_id, press.guild_id, press.user_id).encode()
    reply_to = fields["reply_to"].model_copy(update={"page": page})
    own = {"request_id": draft_id, "guild_id": press.guild_id, "reply_to": reply_to}
    return fields | own
