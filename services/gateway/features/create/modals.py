"""The two forms of a draft, and what was typed in one that could not be kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import disnake
from disnake.ui import Label, TextInput
from disnake.ui.select import StringSelect

from services.gateway.drawing.markdown import plain
from services.gateway.features.create.custom_ids import Compose, MoreOfDraft, RemindersOfDraft
from services.gateway.forms import reminders, sign_up_times
from services.gateway.forms.co_hosts import co_host_select
from services.gateway.forms.draft import FORM_FIELDS, Typed, write_when
from services.gateway.i18n.translate import Language, translate, translate_one, zone_name
from shared.messages.invitations.drafting import DraftView

LONGEST = {"event_name": 200, "when": 100, "world": 600, "max_participants": 10}
LONGEST_DESCRIPTION, LONGEST_PROFILE, LONGEST_TIME = 2000, 200, 100
MINUTES = (0, 5, 10, 15, 30, 60, 120, 1440)
FIELD = 1024


def draft_modal(
    custom_id: Compose, language: Language, zone: ZoneInfo, values: Mapping[str, str]
) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the form of a draft, filled in."""
    hints = {
        "when": translate(language, "hint-when", zone=zone_name(language, zone.key)),
        "world": translate(language, "hint-world"),
        "max_participants": translate(language, "hint-max_participants"),
    }
    return {
        "title": translate(language, "form-title"),
        "custom_id": custom_id.encode(),
        "components": [
            Label(
                translate_one(language, "field", name),
                TextInput(
                    custom_id=name,
                    style=disnake.TextInputStyle.paragraph
                    if name == "description"
                    else disnake.TextInputStyle.short,
                    max_length=LONGEST.get(name, LONGEST_DESCRIPTION),
                    value=values.get(name) or None,
                ),
                description=hints.get(name),
            )
            for name in FORM_FIELDS
        ],
    }


def prefilled(typed: Typed, view: DraftView, zone: ZoneInfo) -> dict[str, str]:
    """Return the text of each field: as it was typed, and times as moments in the zone of today."""
    values = {name: text for name, text in asdict(typed).items() if name in FORM_FIELDS}
    if view.details is not None:
        values["when"] = write_when(view.details.start_time, view.details.end_time, zone)
    return values


def more_modal(view: DraftView, typed: Typed, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """Return the arguments of `send_modal` for what most hosts leave as it is."""
    return {
        "title": translate_one(language, "button", MoreOfDraft.name),
        "custom_id": MoreOfDraft(view.request_id).encode(),
        "components": [
            co_host_select(view.choices.co_host_ids, language),
            Label(
                translate(language, "field-vrchat_profile"),
                TextInput(
                    custom_id="vrchat_profile",
                    required=False,
                    max_length=LONGEST_PROFILE,
                    value=typed.vrchat_profile or None,
                ),
                description=translate(language, "hint-vrchat_profile"),
            ),
            *(_time(name, typed, language, zone) for name in sign_up_times.FIELDS),
        ],
    }


def reminders_modal(view: DraftView, typed: Typed, language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the reminders."""
    chosen = view.choices.reminder_minutes
    options = [
        disnake.SelectOption(
            label=_before(minutes, language), value=str(minutes), default=minutes == chosen
        )
        for minutes in sorted({*MINUTES, chosen})
    ]
    more = TextInput(
        custom_id=reminders.FIELD,
        style=disnake.TextInputStyle.paragraph,
        required=False,
        max_length=reminders.LONGEST_TYPED,
        value=typed.more_reminders or None,
    )
    return {
        "title": translate_one(language, "button", RemindersOfDraft.name),
        "custom_id": RemindersOfDraft(view.request_id).encode(),
        "components": [
            Label(
                translate(language, "draft-reminder"),
                StringSelect(custom_id="reminder_minutes", options=options),
            ),
            Label(
                translate(language, "field-more_reminders"),
                more,
                description=translate(language, "hint-more_reminders"),
            ),
        ],
    }


def _time(name: str, typed: Typed, language: Language, zone: ZoneInfo) -> Label:
    return Label(
        translate_one(language, "field", name),
        TextInput(
            custom_id=name,
            required=False,
            max_length=LONGEST_TIME,
            value=getattr(typed, name) or None,
        ),
        description=translate_one(language, "hint", name, zone=zone_name(language, zone.key)),
    )


def typed_texts(typed: Typed, language: Language) -> disnake.Embed:
    """Show what was typed in a form that could not be kept, to be copied from there."""
    embed = disnake.Embed(description=plain(typed.description, 2 * LONGEST_DESCRIPTION))
    for name in FORM_FIELDS:
        if name != "description" and getattr(typed, name):
            field = translate_one(language, "field", name)
            embed.add_field(field, plain(getattr(typed, name), FIELD), inline=False)
    return embed


def _before(minutes: int, language: Language) -> str:
    if minutes == 0:
        return translate(language, "reminder-never")
    return translate(language, "reminder-minutes", minutes=minutes)
