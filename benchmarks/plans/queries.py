"""The indexes of the design, each with the query that it is there for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.invitations.sql.history import SELECT_HISTORY
from services.invitations.sql.lists import LIST_ANY_TAG, LIST_BY_HOST, LIST_BY_TAG
from services.tickets.sql import lists as tickets
from shared.paging import FIRST, LAST

# The design's own words, where nothing of ours asks so any more.
RECENT = """
SELECT id, event_name, start_time
  FROM invitations
 ORDER BY start_time DESC
 LIMIT 20
"""

AUTO_CLOSE = """
SELECT id
  FROM invitations
 WHERE status IN ('recruiting', 'full')
   AND end_time <= $1
 ORDER BY end_time
 LIMIT 100
"""

WITH_PARTICIPANTS = """
SELECT i.id, i.event_name, i.status,
       json_agg(json_build_object('userId', p.user_id, 'status', p.status) ORDER BY p.created_at)
  FROM invitations i
  LEFT JOIN participants p ON p.invitation_id = i.id AND p.status IN ('joined', 'interested')
 WHERE i.id = $1
 GROUP BY i.id
"""

COUNT_SEATS = """
SELECT count(*)
  FROM participants
 WHERE invitation_id = $1
   AND status = 'joined'
"""


@dataclass(frozen=True)
class Question:
    """A query with arguments that find something in the rows of `tests/seeding.py`."""

    index: str
    meaning: str
    schema: str
    statement: str
    arguments: tuple[Any, ...]


# Of tests/seeding.py: an open invitation, a member and a host with some, and the guild.
INVITATION, MEMBER, GUILD = "1000000100", "7", "1"
IN_A_WEEK = datetime.now(UTC) + timedelta(days=7)
QUESTIONS = (
    Question(
        "idx_invitation_list",
        "Q1, what is full",
        "invitations",
        LIST_BY_TAG,
        (["full"], "観光", FIRST, "", False, 21),
    ),
    Question(
        "idx_invitation_soonest",
        "Q1, what recruits, of any tag",
        "invitations",
        LIST_ANY_TAG,
        (["recruiting"], FIRST, "", False, 21),
    ),
    Question(
        "idx_invitation_active",
        "Q1, what recruits",
        "invitations",
        LIST_BY_TAG,
        (["recruiting"], "観光", FIRST, "", False, 21),
    ),
    Question(
        "idx_invitation_host",
        "a host's own",
        "invitations",
        LIST_BY_HOST,
        (MEMBER, LAST, "", 21, None, None, GUILD, True, None),
    ),
    Question("idx_invitation_recent", "the newest starts", "invitations", RECENT, ()),
    Question(
        "idx_invitation_auto_close", "Q4, automatic close", "invitations", AUTO_CLOSE, (IN_A_WEEK,)
    ),
    Question(
        "idx_participant_invitation_status",
        "Q2, who takes part",
        "invitations",
        WITH_PARTICIPANTS,
        (INVITATION,),
    ),
    Question(
        "idx_participant_user_history",
        "Q3, a member's history",
        "invitations",
        SELECT_HISTORY,
        (MEMBER, LAST, "", 21, None, None, GUILD),
    ),
    Question(
        "idx_participant_count_covering",
        "seats taken",
        "invitations",
        COUNT_SEATS,
        (INVITATION,),
    ),
    Question(
        "idx_ticket_open",
        "open tickets",
        "tickets",
        tickets.LIST_OPEN,
        (GUILD, FIRST, "", 11),
    ),
    Question(
        "idx_ticket_user_history",
        "a member's tickets",
        "tickets",
        tickets.LIST_OWN,
        (MEMBER, GUILD, LAST, "", 11),
    ),
)
