"""Writes docs/permissions.md: what the bot must be allowed to do on Discord, where and why."""

from services.gateway.discord.permissions import NEEDS, all_needed
from services.gateway.i18n.translate import translate_one
from tests.house.tree import PROJECT

PAGE = PROJECT / "docs" / "permissions.md"
INTRODUCTION = """# Discord permissions

What the bot must be allowed to do, and why. `/setup` shows what is missing in each channel.
Written by `make docs` from `services/gateway/discord/permissions.py`.

`doukikai invite-link` asks for all of them but Create Events and Mention @everyone, @here and
All Roles: `permissions={number}`. With `--scheduled-events` it asks for Create Events too:
`permissions={with_mirror}`.

| permission | 権限 | why | where |
|---|---|---|---|
"""
PLACES = {
    "announcement": "channel for events",
    "mention": "channel for events, if hosts may mention roles that not everyone may mention",
    "staff": "staff channel",
    "mirror": "server",
    "ticket": "channel of the ticket panel",
    "ticket_log": "channel for transcripts",
}


def permissions_page() -> str:
    """Write the whole page."""
    names = dict.fromkeys(name for needed in NEEDS.values() for name in needed)
    numbers = (all_needed(with_mirror=each).value for each in (False, True))
    introduction = INTRODUCTION.format(**dict(zip(("number", "with_mirror"), numbers, strict=True)))
    return introduction + "".join(map(_row, names))


def _row(name: str) -> str:
    english, japanese = (translate_one(language, "permission", name) for language in ("en", "ja"))
    where = ", ".join(PLACES[place] for place, needed in NEEDS.items() if name in needed)
    why = translate_one("en", "need", name)
    return f"| {english} | {japanese} | {why} | {where} |\n"
