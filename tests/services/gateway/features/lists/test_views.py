"""What a page of a list says, and that it stays within Discord's limits."""

from datetime import timedelta

import pytest

from services.gateway.features.lists.pages import SHOWN, ListPage
from services.gateway.features.lists.views import listing
from shared.messages.views import InvitationList, InvitationSummary
from tests.services.gateway.drawing.test_views import NOW, WORST, assert_within_limits, view


def test_a_page_of_the_list_fits_with_its_links() -> None:
    summary = InvitationSummary(
        **view(**WORST).model_dump(include=set(InvitationSummary.model_fields))
    )
    embed = listing(
        InvitationList(invitations=[summary] * SHOWN),
        ListPage(None, None, None),
        "ja",
        NOW,
    )
    assert_within_limits(embed)
    assert str(embed.description).count("https://discord.com/channels/") == SHOWN


@pytest.mark.parametrize(
    ("status", "opens", "closes", "said"),
    [
        ("recruiting", None, None, "募集中"),
        ("recruiting", 1, 2, "受付前"),
        ("full", -2, -1, "受付終了"),
        ("full", -1, 1, "満員"),
        ("completed", -2, -1, "終了"),
    ],
)
def test_a_list_says_whether_an_event_takes_place_and_whether_sign_up_is_open(
    status: str, opens: int | None, closes: int | None, said: str
) -> None:
    at = [hours and NOW + timedelta(hours=hours) for hours in (opens, closes)]
    fields = view(status=status).model_dump(include=set(InvitationSummary.model_fields))
    summary = InvitationSummary(**{**fields, "opening_time": at[0], "cutoff_time": at[1]})
    for is_under_way, words in ((False, f"・{said} "), (True, f"・開催中・{said} ")):
        found = [summary.model_copy(update={"is_under_way": is_under_way})]
        page = listing(InvitationList(invitations=found), ListPage(None, None, None), "ja", NOW)
        assert words in str(page.description)


def test_an_empty_list_says_so() -> None:
    empty = InvitationList(invitations=[])
    assert "ありません" in str(listing(empty, ListPage(None, None, None), "ja", NOW).description)
