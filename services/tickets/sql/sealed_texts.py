"""The SQL of what is sealed: subjects, what is asked for, and the reasons of closing."""

from functools import partial

from shared.database import Pool
from shared.resealing import replace_sealed, store

# Forty fit into one message: each is up to 11,000 characters, and comes back together with the text
# in its place.
SELECT_OUTDATED = """
SELECT row_id AS row, column_name AS column, sealed
  FROM (
    SELECT request_id::text, 'ticket_subject', subject
      FROM tickets
    UNION ALL
    SELECT id, 'close_reason', close_reason
      FROM tickets
     WHERE close_reason IS NOT NULL
  ) AS texts (row_id, column_name, sealed)
 WHERE split_part(sealed, '.', 2) <> $1
   AND (row_id, column_name) > ($2, $3)
 ORDER BY row_id, column_name
 LIMIT 40
"""


REPLACE_SUBJECT = replace_sealed("tickets", "subject", "request_id", "uuid")
REPLACE_REASON = replace_sealed("tickets", "close_reason", "id")
replace = partial(
    store, places={"ticket_subject": (REPLACE_SUBJECT,), "close_reason": (REPLACE_REASON,)}
)

# Counts requests too; they are not re-encrypted because they live at most a day. The subject that
# an opened one still has is never read again.
COUNT_BY_KEY = """
SELECT split_part(sealed, '.', 2) AS key_id, count(*)
  FROM (
    SELECT subject FROM tickets
    UNION ALL
    SELECT close_reason FROM tickets WHERE close_reason IS NOT NULL
    UNION ALL
    SELECT subject FROM requests WHERE ticket_id IS NULL
    UNION ALL
    SELECT details FROM requests WHERE details IS NOT NULL
  ) AS texts (sealed)
 GROUP BY key_id
"""


async def count_by_key(pool: Pool) -> dict[str, int]:
    """Count the texts that each key still opens."""
    return {row["key_id"]: row["count"] for row in await pool.fetch(COUNT_BY_KEY)}
