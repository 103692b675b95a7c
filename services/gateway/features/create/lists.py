"""`/invite drafts`: the drafts of a host, each with the buttons to open and to drop it."""

from datetime import timedelta
from typing import Any

import disnake
from disnake.ui import ActionRow, Button

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import button
from services.gateway.drawing.markdown import moment, plain
from services.gateway.features.create import stored
from services.gateway.features.create.card import Card
from services.gateway.features.create.custom_ids import AskToDrop, OpenDraft
from services.gateway.i18n.translate import Language, refusal, translate
from shared.messages.invitations.drafting import DraftList, DraftView
from shared.refusal import Refused
from shared.sealing import Sealer

ROWS = 5  # Discord's limit
NAME, LABEL = 200, 80
LIFE = timedelta(days=7)  # of services/invitations/sql/drafts.py
COLOUR = 0x99AAB5


async def drafts_of(press: Press[Interaction]) -> Card:
    """Return the list of the member's drafts; raises ApiUnavailable."""
    found = await press.api.drafts(press.user_id)
    return _card(found, press.dispatcher.sealer, press.language)


def refused(card: Card, error: Refused, language: Language) -> Card:
    """Say above a list why there is no form."""
    return card._replace(text=refusal(language, error.code, error.details))


def _card(found: DraftList, sealer: Sealer, language: Language) -> Card:
    embed = disnake.Embed(title=translate(language, "drafts-title"), colour=COLOUR)
    rows: list[ActionRow[Any]] = []
    lines = []
    for number, view in enumerate(found.drafts[:ROWS], 1):
        name = _name(view, sealer) or translate(language, "draft-unnamed")
        lines.append(_line(number, view, name, language))
        if view.is_open:
            rows.append(ActionRow(*_buttons(number, view, name, language)))
    if found.count > ROWS:
        lines.append(translate(language, "drafts-more", count=found.count - ROWS))
    embed.description = "\n".join(lines) or translate(language, "drafts-none")
    return Card("", embed, rows)


def _line(number: int, view: DraftView, name: str, language: Language) -> str:
    until = moment(view.updated_at + LIFE, "R")
    state = translate(language, "draft-waits") if not view.is_open else ""
    if view.is_open:
        state = translate(language, "drafts-until", until=until)
    return f"{number}. **{plain(name, NAME)}** {state}"


def _buttons(number: int, view: DraftView, name: str, language: Language) -> list[Button[None]]:
    open_label = translate(language, "drafts-open", number=number, event=name)[:LABEL]
    return [
        Button(label=open_label, custom_id=OpenDraft(view.request_id).encode()),
        button(AskToDrop(view.request_id), language),
    ]


def _name(view: DraftView, sealer: Sealer) -> str:
    if view.typed is None:
        return ""
    try:
        return stored.opened(view, sealer).event_name
    except Refused:
        return ""
