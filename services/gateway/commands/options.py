"""The options of the slash commands, named and described in both languages."""

from disnake import Localized, OptionChoice
from disnake.ext import commands

from services.gateway.forms.invitation import INSTANCE_TYPES, TAGS
from services.gateway.texts import say
from shared.messages.invitations.details import MOST_REMINDER_MINUTES, REMINDER_MINUTES
from shared.messages.invitations.repetition import MOST_TIMES
from shared.messages.text import MOST_PARTICIPANTS


def both(key: str) -> Localized[str]:
    """Return a text in English, and in Japanese for a Japanese Discord."""
    return Localized(say("en", key), data={"ja": say("ja", key)})


def named(english: str, japanese: str) -> Localized[str]:
    """Name a command or an option in both languages."""
    return Localized(english, data={"ja": japanese})


TAG_CHOICES = [OptionChoice(tag, tag) for tag in TAGS]
INSTANCE_CHOICES = [OptionChoice(both(f"instance.{kind}"), kind) for kind in INSTANCE_TYPES]
STATUS_CHOICES = [
    OptionChoice(both(f"status.{status}"), status)
    for status in ("recruiting", "full", "completed", "cancelled")
]

TAG = commands.Param(name=named("tag", "タグ"), description=both("field.tag"), choices=TAG_CHOICES)
INSTANCE = commands.Param(
    name=named("instance", "公開範囲"),
    description=both("field.instance_type"),
    choices=INSTANCE_CHOICES,
)
START = commands.Param(name=named("start", "開始"), description=both("option.start"), max_length=40)
END = commands.Param(name=named("end", "終了"), description=both("option.end"), max_length=40)
CAPACITY = commands.Param(
    name=named("capacity", "定員"),
    description=both("option.capacity"),
    ge=1,
    le=MOST_PARTICIPANTS,
)
REMINDER = commands.Param(
    REMINDER_MINUTES,
    name=named("reminder", "お知らせ"),
    description=both("option.reminder"),
    ge=0,
    le=MOST_REMINDER_MINUTES,
)
INVITATION = commands.Param(
    name=named("id", "お誘い"),
    description=both("option.invitation"),
    max_length=200,
)
ADDED = commands.Param(name=named("member", "メンバー"), description=both("option.added"))
REMOVED = commands.Param(name=named("member", "メンバー"), description=both("option.removed"))
AUDITED_INVITATION = commands.Param(
    None,
    name=named("id", "お誘い"),
    description=both("option.audited_invitation"),
    max_length=200,
)
AUDITED_MEMBER = commands.Param(
    None, name=named("member", "メンバー"), description=both("option.audited_member")
)
OWN_INVITATION = commands.Param(
    name=named("id", "お誘い"),
    description=both("option.own_invitation"),
    max_length=200,
)
REPEATED = commands.Param(
    name=named("id", "お誘い"),
    description=both("option.repeated"),
    max_length=200,
)
TIMES = commands.Param(
    None, name=named("times", "回数"), description=both("option.times"), ge=1, le=MOST_TIMES
)
UNTIL = commands.Param(
    None, name=named("until", "まで"), description=both("option.until"), max_length=20
)
STOP = commands.Param(default=False, name=named("stop", "やめる"), description=both("option.stop"))
REMINDERS = commands.Param(
    name=named("reminders", "お知らせ"),
    description=both("option.reminders"),
    choices=[OptionChoice(both(f"reminders.{choice}"), choice) for choice in ("on", "off")],
)
PERSON = commands.Param(name=named("person", "人"), description=both("option.person"))
WANTED_TAG = commands.Param(
    None, name=named("tag", "タグ"), description=both("option.wanted_tag"), choices=TAG_CHOICES
)
ANY_STATUS = commands.Param(
    None,
    name=named("status", "状態"),
    description=both("option.any_status"),
    choices=STATUS_CHOICES,
)
# A cancelled event is nobody's history.
HELD_STATUS = commands.Param(
    None,
    name=named("status", "状態"),
    description=both("option.any_status"),
    choices=[choice for choice in STATUS_CHOICES if choice.value != "cancelled"],
)
WANTED_STATUS = commands.Param(
    "recruiting",
    name=named("status", "状態"),
    description=both("option.wanted_status"),
    choices=STATUS_CHOICES,
)
