"""The options of the slash commands, named and described in every language."""

from disnake import Localized, OptionChoice
from disnake.ext import commands

from services.gateway.forms.search import MOST_CHARACTERS
from services.gateway.i18n.translate import (
    FALLBACK,
    LANGUAGES,
    Family,
    PlainKey,
    translate,
    translate_one,
)
from shared.messages.invitations.repetition import MOST_TIMES

OTHERS = [language for language in LANGUAGES if language != FALLBACK]


def localized(key: PlainKey) -> Localized[str]:
    """Return a text in every language."""
    return Localized(translate(FALLBACK, key), data={each: translate(each, key) for each in OTHERS})


def localized_one(family: Family, name: str) -> Localized[str]:
    """Return the text of one value of a family in every language."""
    texts = {each: translate_one(each, family, name) for each in OTHERS}
    return Localized(translate_one(FALLBACK, family, name), data=texts)


def named(name: str) -> Localized[str]:
    """Return the name of a command or an option in every language."""
    return localized_one("name", name)


STATUS_CHOICES = [
    OptionChoice(localized_one("status", status), status)
    for status in ("recruiting", "full", "completed", "cancelled")
]

INVITATION = commands.Param(
    name=named("id"),
    description=localized("option-invitation"),
    max_length=200,
)
ADDED = commands.Param(name=named("member"), description=localized("option-added"))
REMOVED = commands.Param(name=named("member"), description=localized("option-removed"))
AUDITED_INVITATION = commands.Param(
    None,
    name=named("id"),
    description=localized("option-audited_invitation"),
    max_length=200,
)
AUDITED_MEMBER = commands.Param(
    None, name=named("member"), description=localized("option-audited_member")
)
AUDITED_LOG = commands.Param(
    "events",
    name=named("log"),
    description=localized("option-audited_log"),
    choices=[OptionChoice(localized_one("page", log), log) for log in ("events", "tickets")],
)
OWN_INVITATION = commands.Param(
    name=named("id"),
    description=localized("option-own_invitation"),
    max_length=200,
)
TEMPLATE = commands.Param(
    None, name=named("name"), description=localized("option-template"), max_length=100
)
REPEATED = commands.Param(
    name=named("id"),
    description=localized("option-repeated"),
    max_length=200,
)
TIMES = commands.Param(
    None, name=named("times"), description=localized("option-times"), ge=1, le=MOST_TIMES
)
UNTIL = commands.Param(
    None, name=named("until"), description=localized("option-until"), max_length=40
)
STOP = commands.Param(default=False, name=named("stop"), description=localized("option-stop"))
REMINDERS = commands.Param(
    name=named("reminders"),
    description=localized("option-reminders"),
    choices=[OptionChoice(localized_one("reminders", choice), choice) for choice in ("on", "off")],
)
PERSON = commands.Param(name=named("person"), description=localized("option-person"))
WANTED_TAG = commands.Param(
    None, name=named("tag"), description=localized("option-wanted_tag"), max_length=50
)
ANY_STATUS = commands.Param(
    None,
    name=named("status"),
    description=localized("option-any_status"),
    choices=STATUS_CHOICES,
)
# A cancelled event is in no history.
HELD_STATUS = commands.Param(
    None,
    name=named("status"),
    description=localized("option-any_status"),
    choices=[choice for choice in STATUS_CHOICES if choice.value != "cancelled"],
)
WANTED_STATUS = commands.Param(
    "open",
    name=named("status"),
    description=localized("option-wanted_status"),
    choices=[OptionChoice(localized_one("status", "open"), "open"), *STATUS_CHOICES],
)
WORDS = commands.Param(
    None,
    name=named("search"),
    description=localized("option-search"),
    max_length=MOST_CHARACTERS,
)
FIRST_DAY = commands.Param(
    None, name=named("from"), description=localized("option-from"), max_length=40
)
PINNED = commands.Param(default=False, name=named("pin"), description=localized("option-pin"))
