"""The forms of an invitation: to edit it, to cancel it, to set an encrypted link."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import disnake
from disnake.ui import Label, TextInput
from disnake.ui.select import StringSelect

from services.gateway.drawing.buttons import InvitationButton
from services.gateway.forms import reminders
from services.gateway.forms.co_hosts import co_host_select
from services.gateway.forms.edit import Shown, prefilled
from services.gateway.forms.invitation import INSTANCE_TYPES, TIMES
from services.gateway.i18n.translate import (
    Language,
    PlainKey,
    tag_name,
    translate,
    translate_one,
    zone_name,
)
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.editing import EditForm
from shared.messages.invitations.guilds import GuildSettings

# Custom id, longest text, whether it is needed.
FIELDS = (
    ("event_name", 200, True),
    ("world_name", 200, True),
    ("world_link", 500, False),
    ("description", 2000, True),
)
HINTS: Mapping[str, PlainKey] = {
    "vrchat_profile": "hint-vrchat_profile",
    "instance_link": "hint-instance_link",
    "reminder_minutes": "hint-reminder_minutes",
    reminders.FIELD: "hint-more_reminders",
}
EDIT_FIELDS: Mapping[EditForm, Sequence[tuple[str, int, bool]]] = {
    "content": FIELDS,
    "schedule": (
        ("start_time", 40, True),
        ("end_time", 40, True),
        ("max_participants", 3, True),
        ("opening_time", 40, False),
        ("cutoff_time", 40, False),
    ),
    "settings": (
        ("tag", 1, True),
        ("instance_type", 1, True),
        ("reminder_minutes", 4, True),
        (reminders.FIELD, reminders.LONGEST_TYPED, False),
    ),
}


class Cancel(InvitationButton, name="cancel"):
    """Cancel an event: the button, and the form that asks for the reason."""


class SetLink(InvitationButton, name="link"):
    """Set the instance link: the button and the form."""


class SetProfile(InvitationButton, name="profile"):
    """Set the host's profile: the button and the form."""


def edit_modal(
    state: InvitationState,
    shown: Shown,
    language: Language,
    settings: GuildSettings,
    typed: Mapping[str, str] = MappingProxyType({}),
    co_host_ids: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return the arguments of `send_modal` for a form that shows the present values.

    What was typed in it before, and the co-hosts chosen, go before those.
    """
    zone, form = settings.zone, shown.form
    values = {**prefilled(state, form, zone, language), **typed}
    choices: Mapping[str, Mapping[str, str]] = {
        "tag": {tag: tag_name(language, tag) for tag in (*settings.tags, state.tag)},
        "instance_type": {
            kind: translate_one(language, "instance", kind) for kind in INSTANCE_TYPES
        },
    }
    chosen = state.co_host_ids if co_host_ids is None else co_host_ids
    co_hosts = [co_host_select(chosen, language)] if form == "settings" else []
    hints = _hints(language) | {
        name: translate_one(language, "hint", name, zone=zone_name(language, zone.key))
        for name in TIMES
    }
    return {
        "title": translate_one(language, "form", f"edit_{form}"),
        "custom_id": shown.encode(),
        "components": [
            Label(translate_one(language, "field", name), _choice(name, labels, values[name]))
            if (labels := choices.get(name))
            else _field(name, most, language, is_needed=n, value=values[name], hints=hints)
            for name, most, n in EDIT_FIELDS[form]
        ]
        + co_hosts,
    }


def cancel_modal(invitation_id: str, language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the reason of a cancellation."""
    reason = TextInput(
        custom_id="reason",
        style=disnake.TextInputStyle.paragraph,
        required=False,
        max_length=500,
    )
    return {
        "title": translate(language, "cancel-title"),
        "custom_id": Cancel(invitation_id).encode(),
        "components": [
            Label(
                translate(language, "field-reason"),
                reason,
                description=translate(language, "hint-reason"),
            )
        ],
    }


def link_modal(invitation_id: str, language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the instance link."""
    return {
        "title": translate(language, "form-link_title"),
        "custom_id": SetLink(invitation_id).encode(),
        "components": [
            _field("instance_link", 300, language, is_needed=True, hints=_hints(language))
        ],
    }


def profile_modal(invitation_id: str, language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the host's profile."""
    return {
        "title": translate(language, "form-profile_title"),
        "custom_id": SetProfile(invitation_id).encode(),
        "components": [
            _field("vrchat_profile", 200, language, is_needed=True, hints=_hints(language))
        ],
    }


def _hints(language: Language) -> dict[str, str]:
    return {name: translate(language, key) for name, key in HINTS.items()}


def _field(
    name: str,
    most: int,
    language: Language,
    *,
    is_needed: bool,
    value: str = "",
    hints: Mapping[str, str],
) -> Label:
    is_long = name in ("description", reminders.FIELD)
    return Label(
        translate_one(language, "field", name),
        TextInput(
            custom_id=name,
            style=disnake.TextInputStyle.paragraph if is_long else disnake.TextInputStyle.short,
            required=is_needed,
            max_length=most,
            value=value or None,
        ),
        description=hints.get(name),
    )


def _choice(name: str, labels: Mapping[str, str], chosen: str) -> StringSelect[None]:
    options = [
        disnake.SelectOption(label=label, value=each, default=each == chosen)
        for each, label in labels.items()
    ]
    return StringSelect(custom_id=name, options=options)
