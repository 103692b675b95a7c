"""A list's pages forward and back are one statement, read from either end."""

from shared.paging import backward

NEWEST = """
SELECT id
  FROM tickets
 WHERE status <> 'closed'
   AND opened_by <> $5
   AND created_at <= $1
   AND (created_at, id) < ($1, $2)
   AND rank > 0
 ORDER BY created_at DESC, id DESC
 LIMIT $3
"""
OLDEST = """
SELECT id
  FROM tickets
 WHERE status <> 'closed'
   AND opened_by <> $5
   AND created_at >= $1
   AND (created_at, id) > ($1, $2)
   AND rank > 0
 ORDER BY created_at ASC, id ASC
 LIMIT $3
"""


def test_only_the_comparisons_with_the_cursor_and_the_order_are_turned_round() -> None:
    assert backward(NEWEST) == OLDEST
    assert backward(OLDEST) == NEWEST
