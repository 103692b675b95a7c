"""The page of tickets: the log channel, the categories, the limit and the silence."""

import disnake

from services.gateway.features.setup.check import channel_field
from services.gateway.features.setup.frame import (
    Community,
    Field,
    Row,
    channel_select,
    string_select,
)
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.tickets.guilds import CATEGORIES, MOST_PER_CATEGORY
from shared.messages.tickets.replies import TicketSettingsShown

PAGE = "tickets"
LOG, KINDS, LIMIT = "log_channel_id", "categories", "per_category"
# Two settings in one select: a message has five rows, and the last one leads to the other pages.
SILENCE = "silence"
HOUR, DAY = 60, 1440
SILENCES = (
    (12 * HOUR, 12 * HOUR),
    *((DAY, DAY), (2 * DAY, DAY), (3 * DAY, DAY), (3 * DAY, 2 * DAY)),
    *((5 * DAY, 2 * DAY), (7 * DAY, DAY), (7 * DAY, 7 * DAY)),
)


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's fields and selects."""
    settings, language = of.tickets, of.language
    silence = settings.warn_after_minutes, settings.close_after_minutes
    kinds = [translate_one(language, "category", each) for each in settings.categories]
    applies = translate(language, "setup-silence_applies")
    fields = [
        channel_field(LOG, settings.log_channel_id, "ticket_log", of),
        (
            translate_one(language, "setting", KINDS),
            " / ".join(kinds) or translate(language, "setup-no_categories"),
        ),
        (
            translate_one(language, "setting", LIMIT),
            translate(language, "setup-tickets", count=settings.per_category),
        ),
        (
            translate_one(language, "setting", SILENCE),
            f"{_silence(silence, language)}\n{applies}",
        ),
    ]
    rows = [
        channel_select(PAGE, LOG, of, settings.log_channel_id),
        string_select(
            PAGE, KINDS, language, _kinds(settings.categories, language), takes_several=True
        ),
        string_select(PAGE, LIMIT, language, _limits(settings.per_category, language)),
        string_select(PAGE, SILENCE, language, _silences(silence, language)),
    ]
    return fields, rows


def silence_of(value: object) -> dict[str, str]:
    """Return the settings that an option of the silence's select stands for."""
    warn_after, _, close_after = str(value).partition(" ")
    return {"warn_after_minutes": warn_after, "close_after_minutes": close_after}


def changed(shown: TicketSettingsShown, language: Language) -> str:
    """Say what a press has done, if it was more than to open the page."""
    if shown.command.endswith(".ReadTicketSettings"):
        return ""
    if shown.has_changed:
        return translate(language, "accepted-ChangeGuildSettings-changed")
    return translate(language, "accepted-ChangeGuildSettings-same")


def _kinds(chosen: tuple[str, ...], language: Language) -> list[disnake.SelectOption]:
    return [
        disnake.SelectOption(
            label=translate_one(language, "category", each), value=each, default=each in chosen
        )
        for each in CATEGORIES
    ]


def _limits(chosen: int, language: Language) -> list[disnake.SelectOption]:
    return [
        disnake.SelectOption(
            label=translate(language, "setup-tickets", count=count),
            value=str(count),
            default=count == chosen,
        )
        for count in range(1, MOST_PER_CATEGORY + 1)
    ]


def _silences(chosen: tuple[int, int], language: Language) -> list[disnake.SelectOption]:
    return [
        disnake.SelectOption(
            label=_silence(each, language),
            value=f"{each[0]} {each[1]}",
            default=each == chosen,
        )
        for each in sorted({*SILENCES, chosen})
    ]


def _silence(minutes: tuple[int, int], language: Language) -> str:
    warn, close = (_duration(each, language) for each in minutes)
    return translate(language, "setup-silence", warn=warn, close=close)


def _duration(minutes: int, language: Language) -> str:
    if minutes % DAY == 0:
        return translate(language, "setup-days", count=minutes // DAY)
    if minutes % HOUR == 0:
        return translate(language, "setup-hours", count=minutes // HOUR)
    return translate(language, "setup-minutes", count=minutes)
