"""Every text is used, every text that is used exists, and mypy knows the arguments of each."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args
from zoneinfo import available_timezones

import services
import shared
from services.gateway.delivery.complaints import Complaint
from services.gateway.discord.causes import CAUSES
from services.gateway.discord.permissions import NEEDS
from services.gateway.features.reconcile.owed import (
    CHANNEL_GONE,
    HOST_LEFT,
    MISSING,
    REFUSED,
)
from services.gateway.features.setup.pages import PAGES
from services.gateway.features.setup.pages.listing import TOKEN
from services.gateway.features.setup.pages.tickets import KINDS, LIMIT, LOG, SILENCE
from services.gateway.features.setup.trial import REASONS
from services.gateway.forms.draft import FORM_FIELDS
from services.gateway.forms.invitation import INSTANCE_TYPES, TIMES
from services.gateway.forms.mistakes import CODES
from services.gateway.forms.time_places import REMARKS
from services.gateway.forms.time_words import CODES as TIME_CODES
from services.gateway.i18n import translate as i18n
from services.gateway.i18n.translate import KEYS, TAG_KEYS, Family
from shared.messages.envelope import Command
from shared.messages.invitations.details import TAGS, InstanceType, Part, SignUpMistake, Status
from shared.messages.invitations.editing import EditForm
from shared.messages.invitations.guilds import GuildSettings, GuildState
from shared.messages.invitations.repairs import RepairKind
from shared.messages.invitations.repetition import Repetition
from shared.messages.registry import REGISTRY
from shared.messages.tickets.details import Category
from shared.messages.tickets.events import CloseCause
from shared.messages.tickets.guilds import TicketSettings
from shared.messages.tickets.replies import TicketsListed
from shared.messages.views import ListStatus
from shared.messages.vrchat import REGIONS
from tests.house import translate_stub

SERVICES, SHARED = Path(services.__file__).parent, Path(shared.__file__).parent
COMMANDS = {name.rpartition(".")[2] for name, kind in REGISTRY.items() if issubclass(kind, Command)}
# The answers to these say more than that the command was accepted.
CHOICES = {
    "LeaveInvitation": (*get_args(Part), "passed_on"),
    "ShowInterest": (*get_args(Part), "passed_on"),
    "RemoveParticipant": (*get_args(Part), "passed_on"),
    "RepeatInvitation": tuple(Repetition.model_fields),
    "SetReminders": ("on", "off"),
    "ChangeGuildSettings": ("changed", "same"),
    "SaveDraft": ("saved",),
    "ChooseForDraft": ("saved",),
    "DropDraft": ("dropped",),
    "ChooseDraftImage": ("saved", "removed"),
    "ChooseImage": ("saved", "removed"),
    "PinList": ("pinned",),
    "SetApiToken": ("changed", "same"),
    "SaveTemplate": ("saved", "replaced"),
    "DeleteTemplate": ("deleted",),
}
PERMISSIONS = {name for needed in NEEDS.values() for name in needed}
# What `translate_one` is asked for, where no literal in the gateway says the whole key.
BUILT: dict[Family, set[str]] = {
    "button": {
        *("join", "wait", "interest", "leave", "detail", "reveal", "mute"),
        *("edit", "schedule", "settings", "image", "link", "profile"),
        *("assign", "release", "cancel", "complete", "completed", "previous", "next", "pinned"),
        *("leave_sure", "interest_sure", "cancel_sure", "keep"),
        *("erase", "ticket_transcript", "compose", "draft_keep"),
        *(f"draft_{action}" for action in ("post", "main", "more", "image", "drop", "drop_now")),
        *("draft_template", "draft_reminders", "template_delete_now"),
        *("calendar_renew", "calendar_revoke", "calendar_renew_guild", "setup"),
        *(f"ticket_{action}" for action in ("claim", "release", "hold", "resume", "close")),
    },
    "category": set(get_args(Category)),
    "complaint": set(get_args(Complaint)),
    "field": set(),
    "form": {f"edit_{form}" for form in get_args(EditForm)},
    "hint": set(TIMES),
    "instance": set(get_args(InstanceType)),
    "mistake": set(),
    "month": {str(month) for month in range(1, 13)},
    "name": set(),
    "need": PERMISSIONS,
    "page": set(PAGES),
    "part": set(get_args(Part)),
    "permission": PERMISSIONS | {"manage_guild"},
    "owed": {CHANNEL_GONE, MISSING, REFUSED, HOST_LEFT},
    "repair": set(get_args(RepairKind)),
    "reason": {*REASONS.values(), "away"},
    "region": set(REGIONS),
    "remark": {*REMARKS, "next_week", "template"},
    "reminders": {"on", "off"},
    "setting": {*GuildSettings.model_fields, TOKEN, LOG, KINDS, LIMIT, SILENCE},
    "state": {"draft", "before", "closed", *get_args(Status)},
    "status": {"draft", *get_args(ListStatus)},
    "tag": set(TAG_KEYS.values()),
    "step": {"post", "thread", "say", "lock", "remove_thread", "remove"},
    "ticket": {f"closed_{cause}" for cause in get_args(CloseCause)},
    "tickets": set(get_args(TicketsListed.model_fields["kind"].annotation)),
    # The settings that name channels and roles, which may be chosen or not.
    "weekday": {str(weekday) for weekday in range(1, 8)},
    "unset": {LOG}
    | {name for name in GuildSettings.model_fields if name.endswith(("_id", "_ids"))},
}


@cache
def sources(*folders: Path) -> str:
    return "\n".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))


def matches(pattern: str, *folders: Path) -> set[str]:
    return set(re.findall(pattern, sources(*folders)))


@cache
def literals() -> set[str]:
    tree = ast.parse(sources(SERVICES / "gateway"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def mistakes() -> set[str]:
    """List the codes of mistakes in a form: the gateway's, and those of the message contracts."""
    own = matches(r'\((?:"\w+"|FIELD), "(\w+)"\)', SERVICES / "gateway")
    contracts = matches(r'PydanticCustomError\("(\w+)"', SHARED / "messages")
    named = matches(r'\(name, "(\w+)"\)', SHARED / "messages")
    times = {f"time_{code}" for code in TIME_CODES if code != "unreadable"}
    times |= {f"{kind}_unreadable" for kind in ("time", "when", "end", "day", "cutoff")}
    known = own | contracts | named | times | set(get_args(SignUpMistake))
    known |= {"control_character", "unreadable", "out_of_minutes"}
    return {code for code in known if f"mistake-{code}" in KEYS} | set(CODES.values())


def refused() -> dict[str, set[str]]:
    """List every code that a service refuses with, and the names of the numbers beside it."""
    found: dict[str, set[str]] = {}
    for code, details in matches(
        r'Refused\(\s*"(\w+)"((?:, \w+=[^,()]+(?:\([^()]*\))?[^,()]*)*)', SERVICES, SHARED
    ):
        found.setdefault(code, set()).update(re.findall(r", (\w+)=", details))
    pattern = r'(?:code=|return |else )"(\w+)"'
    for code in matches(pattern, SERVICES, SHARED):
        if code in found or f"refused-{code}" in KEYS:
            found.setdefault(code, set())
    for name in matches(r'\(name, "(\w+)"\)', SHARED / "messages"):  # of what is published
        found.setdefault(name, set())
    for code in ("cannot_post", "cannot_open_thread", "refused_by_discord"):
        found.setdefault(code, set()).add("why")  # the gateway adds it
    for name in matches(r'\bLimit\("(\w+)"', SERVICES, SHARED):
        found[f"limit_{name}"] = {"most", "again_at"}
    for name in matches(r'too_many\("(\w+)"', SERVICES, SHARED):
        found[f"limit_{name}"] = {"most"}
    return found


def built() -> Iterator[str]:
    names = BUILT | {
        "field": matches(r'\("(\w+)", \d+, (?:True|False)\)', SERVICES / "gateway")
        | {*FORM_FIELDS, "tag", "tags", "instance_type", "mention"}
        | {"template_name", "co_host_ids", "more_reminders"}
        | {"form", "until", "first_day", "subject", "details", "instance_link", "time_zone"},
        "mistake": mistakes(),
        "name": matches(r'named\("(\w+)"\)', SERVICES / "gateway"),
    }
    yield from (f"{family}-{name}" for family, each in names.items() for name in each)


def answers() -> Iterator[str]:
    """List the keys that the gateway looks up by what a service says, and may not find."""
    for command in COMMANDS:
        yield from (f"accepted-{command}", f"audit-{command}")
        yield from (f"accepted-{command}-{choice}" for choice in CHOICES.get(command, ()))
    for code in refused():
        yield f"refused-{code}"
        yield from (f"refused-{command}-{code}" for command in COMMANDS)
    causes = {*CAUSES.values(), "missing", "no_permission", "refused"}
    yield from (f"why-{cause}" for cause in causes)
    yield from (f"audit-{name}" for name in ("vrchat_profile", "instance_link"))
    details = {*Repetition.model_fields, "named_co_host", "removed_co_host"}
    yield from (f"audit-detail-{name}" for name in details)
    yield from (f"audit-setting-{name}" for name in GuildState.model_fields)
    yield from (f"audit-setting-{name}" for name in TicketSettings.model_fields)
    yield from (f"zone-{zone.replace('/', '_')}" for zone in available_timezones())


def references() -> set[str]:
    """List the texts that other texts name."""
    files = Path(i18n.__file__).parent.glob("*.ftl")
    return {key for file in files for key in re.findall(r"{ ([a-z][\w-]*) }", file.read_text())}


def test_every_text_that_is_built_at_run_time_exists() -> None:
    assert set(BUILT) == set(get_args(Family))
    assert set(INSTANCE_TYPES) == set(get_args(InstanceType))
    assert set(TAG_KEYS) == set(TAGS)
    assert {key for key in built() if key not in KEYS} == set()


def test_every_text_is_used() -> None:
    used = {*literals(), *built(), *answers(), *references()}
    assert {key for key in KEYS if key not in used} == set()


def test_every_text_the_gateway_asks_for_exists() -> None:
    """What mypy says, too; a key in a condition or a table is found here."""
    families = {key.partition("-")[0] for key in KEYS} - {"invite", "edit", "ticket"}
    asked = {
        text
        for text in literals()
        if re.fullmatch(r"[a-z]+-\w+(-\w+)?", text) and text.partition("-")[0] in families
    }
    assert len(asked) > 100
    assert {key for key in asked if key not in KEYS} == set()


def test_every_code_a_service_refuses_with_has_a_text_for_its_numbers() -> None:
    codes = refused()
    assert {"full", "not_found", "cannot_post", "limit_presses"} <= codes.keys()
    assert {code for code in codes if f"refused-{code}" not in KEYS} == set()
    missing = {
        code: absent
        for code, details in codes.items()
        if (absent := KEYS[f"refused-{code}"] - details)
    }
    assert missing == {}


def test_the_stub_of_translate_is_current() -> None:
    assert translate_stub.PAGE.read_text() == translate_stub.translate_stub()
