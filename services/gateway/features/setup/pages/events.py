"""The page of events: where they are announced, by whom, and what else is done for them."""

from typing import Any

import disnake
from disnake import ButtonStyle
from disnake.ui import ActionRow, Button, Label, TextInput

from services.gateway.drawing.buttons import SetupPage
from services.gateway.drawing.markdown import plain
from services.gateway.features.setup.check import channel_field, mirror_field, role_field
from services.gateway.features.setup.custom_ids import EditTags, TestAnnouncement
from services.gateway.features.setup.frame import (
    Community,
    Field,
    Row,
    channel_select,
    role_select,
    string_select,
    switch,
)
from services.gateway.features.setup.pages import mentions
from services.gateway.forms.tags import FIELD, LONGEST_TYPED, write_tags
from services.gateway.i18n.translate import Language, tag_name, translate, translate_one
from shared.messages.invitations.guilds import MOST_TAGS, GuildSettings

PAGE = "events"
CHANNEL, HOSTS, REMINDER = "announcement_channel_id", "host_role_ids", "reminder_minutes"
MIRROR = "mirrors_scheduled_events"
SHOWN_TAG = 40
MINUTES = (0, 5, 10, 15, 30, 60, 120, 1440)


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's fields, and its selects and buttons."""
    settings, language = of.settings, of.language
    fields = [
        channel_field(CHANNEL, settings.announcement_channel_id, "announcement", of),
        role_field(HOSTS, settings.host_role_ids, of),
        (
            translate_one(language, "setting", REMINDER),
            _before(settings.reminder_minutes, language),
        ),
        mirror_field(MIRROR, of, is_on=settings.mirrors_scheduled_events),
        (translate_one(language, "setting", FIELD), _tags(settings, language)),
    ]
    rows: list[Row] = [
        channel_select(PAGE, CHANNEL, of, settings.announcement_channel_id),
        role_select(PAGE, HOSTS, of, settings.host_role_ids),
        string_select(PAGE, REMINDER, language, _reminders(settings.reminder_minutes, language)),
        ActionRow(
            switch(PAGE, MIRROR, language, is_on=settings.mirrors_scheduled_events),
            _mentions(language),
            Button(label=translate(language, "button-setup_tags"), custom_id=EditTags().encode()),
            _test(of),
        ),
    ]
    return fields, rows


def tags_form(settings: GuildSettings, language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the tags, one a line."""
    field = Label(
        translate_one(language, "setting", FIELD),
        TextInput(
            custom_id=FIELD,
            style=disnake.TextInputStyle.paragraph,
            max_length=LONGEST_TYPED,
            value=write_tags(settings.tags, language),
        ),
        description=translate(language, "hint-tags", most=MOST_TAGS),
    )
    title = translate(language, "button-setup_tags")
    return {"title": title, "custom_id": EditTags().encode(), "components": [field]}


def _tags(settings: GuildSettings, language: Language) -> str:
    return " · ".join(plain(tag_name(language, tag), SHOWN_TAG) for tag in settings.tags)


def _reminders(chosen: int, language: Language) -> list[disnake.SelectOption]:
    return [
        disnake.SelectOption(
            label=_before(minutes, language), value=str(minutes), default=minutes == chosen
        )
        for minutes in sorted({*MINUTES, chosen})
    ]


def _before(minutes: int, language: Language) -> str:
    if minutes == 0:
        return translate(language, "reminder-never")
    return translate(language, "reminder-minutes", minutes=minutes)


def _mentions(language: Language) -> Button[None]:
    return Button(
        label=translate(language, "page-mentions"),
        custom_id=SetupPage(mentions.PAGE).encode(),
    )


def _test(of: Community) -> Button[None]:
    return Button(
        label=translate(of.language, "button-setup_test"),
        style=ButtonStyle.secondary,
        custom_id=TestAnnouncement().encode(),
        disabled=not of.settings.is_set_up,
    )
