"""An erased member stays erased, whatever else they or others press at that moment.

A command that may write a member's id holds the member's lock (`inbox.sign` takes it), and so does
an erasure. A command that was pressed before the erasure and is handled after it
is refused: what the member presses later is a new act, and theirs to keep.
"""

from collections.abc import Collection, Sequence

from shared.database import Connection
from shared.dispatch import Handler, Handlers, Outcome
from shared.member_hashes import SHORT, buckets_of, hash_of, hashes_of
from shared.messages.envelope import Command, Message
from shared.refusal import Refused

# The same row that INSERT_RECEIPTS locks: nothing is updated, but a conflict locks the row.
LOCK_MEMBER = """
INSERT INTO member_locks (bucket)
SELECT bucket
  FROM unnest($1::integer[]) AS bucket
 ORDER BY bucket
ON CONFLICT (bucket) DO UPDATE
   SET bucket = EXCLUDED.bucket
 WHERE FALSE
"""

REMEMBER = """
INSERT INTO erasures (member_key, interaction_id)
VALUES ($1, $2::text::numeric)
ON CONFLICT (member_key) DO UPDATE
   SET interaction_id = GREATEST(erasures.interaction_id, EXCLUDED.interaction_id),
       erased_at = clock_timestamp()
"""


async def begin(connection: Connection, command: Command) -> None:
    """Wait until nothing that may write the actor's id is being handled, and keep it so.

    What was pressed before this command is refused from its commit on. erase_member() erases only
    whom this records in the same transaction.
    """
    member = command.actor.user_id
    await connection.execute(LOCK_MEMBER, list({*buckets_of(member)}))
    await connection.execute(REMEMBER, hash_of(member, SHORT), command.interaction_id or "0")


# Those of the release before have PostgreSQL's own hash, for thirty days.
SELECT_ERASED = """
SELECT EXISTS (
  SELECT
    FROM erasures
   WHERE member_key IN (
     SELECT unnest($1::integer[])
      UNION ALL
     SELECT hashtext(id) FROM unnest($2::text[]) AS id
   )
     AND interaction_id > $3::text::numeric
)
"""


def guarded(handlers: Handlers, besides: Collection[type[Message]] = ()) -> Handlers:
    """Let handlers refuse a press that an erasure has made void; `besides` look for themselves.

    It costs one round trip, and nothing for commands that nobody pressed.
    """
    return {
        kind: handler if kind in besides or not issubclass(kind, Command) else _guarded(handler)
        for kind, handler in handlers.items()
    }


def _guarded(handler: Handler) -> Handler:
    async def handle(command: Command, connection: Connection) -> Outcome:
        pressed, members = command.interaction_id, command.concerns()
        if pressed is not None and members:
            check_not_erased(await is_erased_since(connection, members, pressed))
        return await handler(command, connection)

    return handle


async def is_erased_since(connection: Connection, members: Sequence[str], pressed: str) -> bool:
    """Return whether one of some members was erased after the press with this interaction id."""
    keys = [key for member in members for key in hashes_of(member, SHORT)]
    return bool(await connection.fetchval(SELECT_ERASED, keys, members, pressed))


def check_not_erased(is_erased: bool) -> None:  # noqa: FBT001 - the answer of a query
    """Refuse a press of a member who was erased since, or about one."""
    if is_erased:
        raise Refused("erased_since")


DELETE_OLD_ERASURES = """
DELETE FROM erasures
 WHERE erased_at < CURRENT_TIMESTAMP - INTERVAL '30 days'
"""


async def forget_old(connection: Connection) -> None:
    """Forget erasures older than any message that can still arrive."""
    await connection.execute(DELETE_OLD_ERASURES)
