"""Pasted links: each address of tests/shared/vrchat_links.tsv in its field."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.gateway.features.tickets.cog import checked
from services.gateway.forms.edit import Shown, prefilled, read_changes
from services.gateway.forms.invitation import read_link, read_profile
from services.gateway.forms.mistakes import Mistaken, explain
from shared.messages import vrchat
from shared.messages.invitations.details import mistakes_in
from shared.messages.invitations.editing import Changes
from tests.house.tree import PROJECT
from tests.services.gateway.drawing.test_views import view

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
STANDS = view(world_link=None)
FORM = {"event_name": "夜の会", "world_name": "Japan Street", "description": "話しましょう"}
LINES = (PROJECT / "tests" / "shared" / "vrchat_links.tsv").read_text("utf-8").splitlines()
TABLE = [pytest.param(*line.split("\t")[:3], id=f"line {at}") for at, line in enumerate(LINES, 1)]


def read_as(field: str, pasted: str) -> str | None:
    """Type something into a field of the form that has it, and give what is kept of it."""
    if field == "instance_link":
        return read_link({field: pasted})
    if field in {"subject", "details"}:
        return checked({"subject": "件名", "details": "内容"} | {field: pasted})[field]
    if field == "reason":
        if mistakes := mistakes_in({field: pasted}):
            raise Mistaken(mistakes)
        return pasted
    if field == "vrchat_profile":
        return read_profile({field: pasted}) if pasted.strip() else None
    return str(getattr(edited({field: pasted}), field) or "")


def edited(typed: dict[str, str]) -> Changes:
    """Type something into the form that edits what an event says."""
    shown = prefilled(STANDS, "content", TOKYO, "ja") | FORM | typed
    return read_changes(Shown.of(STANDS, "content"), shown, NOW, TOKYO)


def says(field: str, kept: str) -> str:
    """Say what an address that is kept names, as the table does."""
    address = vrchat.read(kept)
    if field == "instance_link":
        assert address
        return address.instance_type or "unknown"
    return (address and address.world) or "" if field == "world_link" else ""


@pytest.mark.parametrize(("field", "pasted", "expected"), TABLE[2:])
def test_each_address_is_taken_or_refused_as_the_table_says(
    field: str, pasted: str, expected: str
) -> None:
    verdict, _, what = expected.partition(" ")
    if verdict == "take":
        kept = read_as(field, pasted)
        assert kept is not None
        assert says(field, kept) == what
        if field in {"instance_link", "vrchat_profile"}:
            assert kept.startswith("https://")
            assert read_as(field, kept) == kept
        return
    with pytest.raises(Mistaken) as caught:
        read_as(field, pasted)
    assert caught.value.mistakes == [(field, what)]
    for sentence in (explain(caught.value, "ja"), explain(caught.value, "en")):
        assert "読み取れません" not in sentence, "the mistake has no sentence of its own"
        assert "cannot be read" not in sentence


@pytest.mark.parametrize(
    "hidden",
    [
        "https://vrch.at\u200b/ab12cd34",
        "https://vr\u00adch.at/ab\u200d12cd34",
        "https://vrch\u2060.at/\u202eab12cd34",
        "wrld_11111111-2222-4333-8444-555555555555:\ufeff12345",
        "https://vrch.at/\U000e0041ab12cd34",
    ],
)
def test_characters_that_nobody_sees_hide_no_link(hidden: str) -> None:
    with pytest.raises(Mistaken) as caught:
        edited({"description": hidden})
    assert caught.value.mistakes == [("description", "names_an_instance")]


def test_a_link_in_every_field_is_named_in_every_field() -> None:
    link = "https://vrch.at/ab12cd34"
    typed = dict.fromkeys((*FORM, "world_link"), link)
    with pytest.raises(Mistaken) as caught:
        edited(typed)
    assert sorted(caught.value.mistakes) == [(name, "names_an_instance") for name in sorted(typed)]
    assert "インスタンスリンク" in explain(caught.value, "ja")
    assert "ab12cd34" not in explain(caught.value, "ja")
