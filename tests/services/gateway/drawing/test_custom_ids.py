"""Rule: a custom id comes back from Discord as it was written, whatever the release."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.commands.components import all_components
from services.gateway.drawing.announcement import DraftMark
from services.gateway.drawing.buttons import (
    Detail,
    Join,
    Leave,
    Mark,
    Name,
    RemindersOff,
    SetupPage,
)
from services.gateway.drawing.custom_ids import CustomId, UnixTime
from services.gateway.features.calendars.views import CalendarButton
from services.gateway.features.closing.views import ConfirmComplete
from services.gateway.features.confirming.views import (
    ConfirmCancel,
    ConfirmInterest,
    ConfirmLeave,
    Keep,
)
from services.gateway.features.create import custom_ids as create
from services.gateway.features.lists import pages
from services.gateway.features.privacy.views import Erase
from services.gateway.features.setup import custom_ids as setup
from services.gateway.features.staff import audit_views
from services.gateway.features.templates import custom_ids as templates
from services.gateway.features.tickets.list_views import TicketPage
from services.gateway.features.tickets.views import ClaimTicket, CloseTicket, NewTicket
from services.gateway.forms.edit import Shown
from shared.messages.envelope import Snowflake
from shared.messages.invitations.editing import Fingerprint
from shared.messages.tickets.details import Cursor

LONG_ID = "9" * 20
AT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MARK = "0" * 32
# Messages that are in Discord already hold these, so they never change.
WRITTEN = {
    "join:1": Join("1"),
    f"leave:{LONG_ID}:{MARK}": Leave(LONG_ID, MARK),
    "detail:1:panel": Detail("1", "panel"),
    "detail:1:summary": Detail("1", "summary"),
    "leave_sure:1:joined": ConfirmLeave("1", "joined"),
    "interest_sure:1:waitlisted": ConfirmInterest("1", "waitlisted"),
    "cancel_sure:1:12": ConfirmCancel("1", 12),
    "keep:1": Keep("1"),
    f"mute:1:{MARK}": RemindersOff("1", MARK),
    "completed:1": ConfirmComplete("1"),
    "list:観光:full:a1.1": pages.ListPage("観光", "full", "a1.1"),
    "mine:-:-:b-1.20": pages.OwnPage(None, None, "b-1.20"),
    "audit_tickets:2:a3": audit_views.TicketLogPage("2", "a3"),
    "audit:-:2:a3": audit_views.AuditPage(None, "2", "a3"),
    "calendar:renew-guild": CalendarButton("renew-guild"),
    "erase-my-data": Erase(),
    "ticket:trouble": NewTicket("trouble"),
    "ticket-claim:1:7": ClaimTicket("1", 7),
    "ticket-close:1": CloseTicket("1"),
    "ticket-list:own:b1.1": TicketPage("own", "b1.1"),
    "setup:events": SetupPage("events"),
    "setup:staff:1": SetupPage("staff", "1"),
    "setup_choose:events:host_role_ids": setup.Choose("events", "host_role_ids"),
    "setup_switch:listing:is_listed:True": setup.Switch("listing", "is_listed", is_on=True),
    "draft:00000000-0000-0000-0000-000000000001": DraftMark(UUID(int=1)),
    "compose": create.Compose(),
    f"compose:{UUID(int=1)}": create.Compose(UUID(int=1)),
    f"draft_open:{UUID(int=1)}": create.OpenDraft(UUID(int=1)),
    f"draft_post:{UUID(int=1)}": create.PostIt(UUID(int=1)),
    f"draft_template:{UUID(int=1)}": create.SaveAsTemplate(UUID(int=1)),
    f"template_delete_now:{UUID(int=1)}": templates.DeleteIt(UUID(int=1)),
    f"draft_choose:{UUID(int=1)}:tag": create.ChooseInDraft(UUID(int=1), "tag"),
    f"draft_page:{UUID(int=1)}:1:{LONG_ID}": create.DraftPage(UUID(int=1), "1", LONG_ID),
    f"edit:content:1:{'a' * 16}:1795431600:-5": Shown(
        "content", "1", "a" * 16, AT, datetime.fromtimestamp(-5, UTC)
    ),
}
moments = st.integers(-(2**31), 2**33).map(lambda at: datetime.fromtimestamp(at, UTC))
STRATEGIES: dict[Any, st.SearchStrategy[Any]] = {
    Snowflake: st.from_regex(r"[0-9]{1,20}", fullmatch=True),
    Mark: st.from_regex(r"panel|[0-9a-f]{32}", fullmatch=True),
    Fingerprint: st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    UnixTime: moments,
    pages.ListedTag: st.from_regex(r"[a-zぁ-ん]([a-zぁ-ん -]{0,14}[a-zぁ-ん])?", fullmatch=True),
    Name: st.from_regex(r"[a-z_]{1,30}", fullmatch=True),
    Cursor: st.from_regex(r"[ab][0-9]{1,15}\.[0-9]{1,20}", fullmatch=True),
    pages.Cursor: st.from_regex(r"[ab]-?[0-9]{1,15}\.[0-9]{1,20}", fullmatch=True),
    audit_views.AuditCursor: st.from_regex(r"[ab][0-9]{1,18}", fullmatch=True),
}


def kinds(base: type[CustomId] = CustomId) -> Iterator[type[CustomId]]:
    """Give every class whose custom ids are written somewhere."""
    for kind in base.__subclasses__():
        if kind.name and kind.__module__.startswith("services."):
            yield kind
        yield from kinds(kind)


KINDS = sorted(kinds(), key=lambda kind: kind.name)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    if annotation in STRATEGIES:
        return STRATEGIES[annotation]
    if type(None) in (parts := get_args(annotation)):
        return st.none() | values(parts[0])
    return st.integers(0, 9999) if annotation is int else st.from_type(annotation)


def any_of(kind: type[CustomId]) -> st.SearchStrategy[CustomId]:
    return st.builds(kind, **{field.name: values(field.type) for field in fields(kind)})


@given(st.sampled_from(KINDS).flatmap(any_of))
def test_any_custom_id_comes_back_as_it_was_written(custom_id: CustomId) -> None:
    written = custom_id.encode()
    assert len(written) <= 100
    assert type(custom_id).decode(written) == custom_id


@pytest.mark.parametrize("written", WRITTEN)
def test_a_custom_id_on_a_message_in_discord_is_still_read(written: str) -> None:
    custom_id = WRITTEN[written]
    assert custom_id.encode() == written
    assert type(custom_id).decode(written) == custom_id


@pytest.mark.parametrize(
    "written", ["join", "join:", "join:x", "join:1:x", "join:1:panel:", "join:-", "leave:1", ""]
)
def test_a_malformed_custom_id_is_not_read(written: str) -> None:
    with pytest.raises(ValueError, match=r".|^$"):
        Join.decode(written)


def test_every_button_and_form_has_a_handler() -> None:
    components = all_components()
    handled = {kind for kind, _ in [*components.buttons.values(), *components.forms.values()]}
    # A disabled button is never pressed, and a page only says where an answer is shown.
    assert set(KINDS) - handled == {DraftMark, create.DraftPage}


def test_a_button_of_the_release_before_still_narrows_a_list_to_its_tag() -> None:
    assert pages.ListPage.decode("list:0:full:a1.1") == pages.ListPage("観光", "full", "a1.1")
