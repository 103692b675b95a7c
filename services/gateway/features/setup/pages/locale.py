"""The page of language and time zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import disnake
from disnake.ui import ActionRow, Button, Label, TextInput

from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.features.setup.custom_ids import OtherZone
from services.gateway.features.setup.frame import Community, Field, Row, string_select
from services.gateway.i18n.translate import LANGUAGES, Language, translate, translate_one

PAGE = "locale"
LANGUAGE, ZONE = "language", "time_zone"
CONTINENTS = (
    *("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/"),
    *("Europe/", "Indian/", "Pacific/"),
)
# Those of most VRChat communities; with the one that is chosen no more than a select takes, 25.
ZONES = (
    *("Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong"),
    *("Asia/Singapore", "Asia/Manila", "Asia/Bangkok", "Asia/Jakarta", "Asia/Kolkata"),
    *("Asia/Dubai", "Europe/Moscow", "Europe/Berlin", "Europe/Paris", "Europe/Madrid"),
    *("Europe/London", "America/Sao_Paulo", "America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles", "Pacific/Auckland", "Australia/Sydney", "UTC"),
)


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's fields, selects and button."""
    chosen, zone, language = of.settings.language, of.settings.time_zone, of.language
    now = DISCORD_TIME.now()
    fields = [
        (translate_one(language, "setting", LANGUAGE), _name(chosen)),
        (translate_one(language, "setting", ZONE), f"{zone} ({_clock(zone, now)})"),
    ]
    zones = ZONES if zone in ZONES else (zone, *ZONES)
    rows: list[Row] = [
        string_select(PAGE, LANGUAGE, language, [_language(each, chosen) for each in LANGUAGES]),
        string_select(PAGE, ZONE, language, [_zone(each, zone, now) for each in zones]),
        ActionRow(
            Button(
                label=translate(language, "button-setup_zone"),
                custom_id=OtherZone().encode(),
            )
        ),
    ]
    return fields, rows


def _name(language: Language) -> str:
    """Name a language in itself; another release may know one more."""
    return translate(language, "language-name") if language in LANGUAGES else language


def _language(language: Language, chosen: Language) -> disnake.SelectOption:
    return disnake.SelectOption(label=_name(language), value=language, default=language == chosen)


def _zone(zone: str, chosen: str, now: datetime) -> disnake.SelectOption:
    return disnake.SelectOption(
        label=zone, value=zone, description=_clock(zone, now), default=zone == chosen
    )


def _clock(zone: str, now: datetime) -> str:
    """Say the distance to UTC and the time of now: by it people recognise their zone."""
    there = now.astimezone(ZoneInfo(zone))
    offset = f"{there:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}, {there:%H:%M}"


def zone_form(language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for a time zone that the select does not offer."""
    field = Label(
        translate_one(language, "setting", ZONE),
        TextInput(custom_id=ZONE, max_length=50),
        description=translate(language, "hint-time_zone"),
    )
    title = translate(language, "button-setup_zone")
    return {"title": title, "custom_id": OtherZone().encode(), "components": [field]}


def zone_named(typed: str) -> str | None:
    """Return the time zone of a name that a person typed, such as "new york"; None for none."""
    name = "_".join(typed.split()).lower()
    zones = available_timezones()
    exact = [zone for zone in zones if zone.lower() == name]
    cities = [zone for zone in zones if zone.startswith(CONTINENTS)]
    found = exact or [zone for zone in cities if zone.lower().endswith(f"/{name}")]
    # Some cities have two names for the same clock, of which the longer one is the present one.
    return max(found, key=lambda zone: (len(zone), zone), default=None)
