"""The list of templates stays within Discord's limits; the next same day is that of the zone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.gateway.features.create.copying import next_same_day
from services.gateway.features.templates.views import listing
from shared.messages.invitations.templates import MOST_OF_GUILD, MOST_OWN, TemplateView
from tests import builders
from tests.services.gateway.drawing.test_views import assert_within_limits

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
SATURDAY = datetime(2026, 12, 5, 21, tzinfo=TOKYO)


def template(name: str, *, is_of_guild: bool) -> TemplateView:
    return TemplateView(
        template_id=uuid4(),
        name=name,
        is_of_guild=is_of_guild,
        mention="nobody",
        details=builders.details(start_time=SATURDAY, end_time=SATURDAY + timedelta(hours=2)),
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_full_list_of_the_longest_names_fits(language: str) -> None:
    found = [template("_" * 80, is_of_guild=number >= MOST_OWN) for number in range(25)]
    assert len(found) == MOST_OWN + MOST_OF_GUILD
    card = listing(found, TOKYO, language, is_staff=True)
    assert_within_limits(card.embed)
    selects = [row.children[0].to_component_dict() for row in card.rows]
    assert [len(select["options"]) for select in selects] == [25, 25]  # Discord's limit
    assert max(len(each["label"]) for select in selects for each in select["options"]) <= 100


def test_a_list_says_the_day_and_the_clock_in_the_zone_of_the_guild() -> None:
    found = [template("型", is_of_guild=False)]
    assert "型（土 21:00）" in str(listing(found, TOKYO, "ja", is_staff=False).embed.description)
    abroad = listing(found, NEW_YORK, "ja", is_staff=False)
    assert "型（土 07:00）" in str(abroad.embed.description)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (SATURDAY - timedelta(days=30), datetime(2026, 11, 7, 21, tzinfo=TOKYO)),
        (SATURDAY - timedelta(minutes=1), SATURDAY),
        (SATURDAY, datetime(2026, 12, 12, 21, tzinfo=TOKYO)),
        (SATURDAY + timedelta(days=300), datetime(2027, 10, 2, 21, tzinfo=TOKYO)),
    ],
)
def test_the_next_same_day_is_the_first_one_after_a_moment(
    after: datetime, expected: datetime
) -> None:
    assert next_same_day(SATURDAY.astimezone(UTC), after, TOKYO) == expected


def test_the_clock_shows_the_same_time_when_summer_time_has_begun_or_ended() -> None:
    winter = datetime(2026, 12, 5, 21, tzinfo=NEW_YORK)
    for after in (datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)):
        found = next_same_day(winter, after, NEW_YORK)
        local = found.astimezone(NEW_YORK)
        assert (local.isoweekday(), local.hour) == (6, 21)
        assert after < found <= after + timedelta(days=7, hours=1)
