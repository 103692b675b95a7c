"""As many invitations as wanted, by few statements: for load, benchmarks and query plans."""

import asyncio
from collections.abc import Iterable
from itertools import pairwise

import asyncpg

# Up to so many, every CHECK looks at each; more, written by the same words, are believed, and over
# two connections.
CHECKED = 1_000_000

# Six in a hundred recruit, as the design reckons; most are long over. A member is in twenty.
INVITATIONS = """
INSERT INTO invitations.invitations
       (id, thread_id, request_id, guild_id, channel_id, host_id, host_name, event_name,
        start_time, end_time, world_name, world_link, tag, description, instance_type,
        max_participants, joined_count, status)
SELECT (1000000000 + n)::text, (1000000000 + n)::text, gen_random_uuid(), '1', '2',
       (n % ($1 / 50 + 1))::text, 'ホスト' || n % 997, '夜の同期会 第' || n || '回',
       start_time, start_time + interval '2 hours', 'Japan Street', 'https://vrchat.com/home/world/w',
       (ARRAY['観光', 'ゲーム', 'まったり', '撮影会', 'イベント', 'その他'])[1 + n / 100 % 6],
       repeat('のんびり話しましょう。', 8), 'friendplus', 8,
       CASE status WHEN 'full' THEN 8 WHEN 'recruiting' THEN 2 ELSE 4 END, status
  FROM generate_series($2::integer, $3::integer) AS n,
       LATERAL (SELECT CASE WHEN n % 100 < 6 THEN 'recruiting' WHEN n % 100 < 8 THEN 'full'
                            WHEN n % 100 < 92 THEN 'completed' ELSE 'cancelled' END) AS a (status),
       LATERAL (SELECT date_trunc('minute', now()) + CASE
                  WHEN status IN ('recruiting', 'full')
                  THEN interval '1 minute' * (60 + n::bigint * 37 % 40000)
                  ELSE interval '-1 minute' * (180 + n::bigint * 41 % 1000000)
                END) AS b (start_time)
"""

PARTICIPANTS = """
INSERT INTO invitations.participants
       (invitation_id, user_id, user_name, status, joined_at, created_at)
SELECT id, ((n * 31 + k * 7919) % ($1 / 5) + 1)::text, '会員', 'joined', at, at
  FROM (SELECT id, id::bigint - 1000000000, joined_count, start_time - interval '1 day'
          FROM invitations.invitations) AS invitation (id, n, joined_count, at),
       generate_series(1, joined_count) AS k
 WHERE n BETWEEN $2 AND $3
"""

# One in twenty is open.
TICKETS = """
INSERT INTO tickets.tickets
       (id, request_id, message_id, guild_id, channel_id, user_id, user_name, category, subject,
        status, created_at, closed_at)
SELECT n::text, gen_random_uuid(), n::text, '1', '2', (n % ($1 / 20 + 1))::text, '会員', 'question',
       'v1.k1.c2VhbGVk', CASE WHEN n % 20 = 0 THEN 'open' ELSE 'closed' END,
       created_at, CASE WHEN n % 20 = 0 THEN NULL ELSE created_at + interval '1 day' END
  FROM generate_series(1, $1::integer) AS n,
       LATERAL (SELECT now() - interval '1 minute' * (n::bigint * 41 % 1000000)) AS a (created_at)
"""

# The lists that everybody may read show only such a guild.
LISTED = """
INSERT INTO invitations.guilds (guild_id, is_listed)
SELECT n::text, n = 1
  FROM generate_series(1, 1000) AS n
"""

SECONDARY_INDEXES = """
SELECT schemaname || '.' || indexname AS name, indexdef AS definition
  FROM pg_indexes
 WHERE schemaname IN ('invitations', 'tickets')
   AND indexname LIKE 'idx\\_%'
"""

CHECKS = """
SELECT conrelid::regclass::text AS relation, conname AS name,
       pg_get_constraintdef(oid) AS definition
  FROM pg_constraint
 WHERE contype = 'c'
   AND conrelid IN ('invitations.invitations'::regclass, 'invitations.participants'::regclass)
"""


async def seed(superuser_url: str, invitations: int, tickets: int = 0) -> None:
    """Fill an empty database with rows that keep every CHECK, their seats counted beforehand."""
    connection = await asyncpg.connect(superuser_url)
    # Built at the end, an index is written in its order, several times as fast.
    indexes = await connection.fetch(SECONDARY_INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    checks = await connection.fetch(CHECKS) if invitations > CHECKED else []
    for check in checks:
        await connection.execute(f"ALTER TABLE {check['relation']} DROP CONSTRAINT {check['name']}")
    await connection.execute(LISTED)
    for statement in (INVITATIONS, PARTICIPANTS):
        await _in_parts(superuser_url, statement, invitations)
    if tickets:
        await _filled(superuser_url, TICKETS, (tickets,))
    await connection.execute("SET maintenance_work_mem = '512MB'")
    await _restored(connection, indexes, checks)
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _in_parts(superuser_url: str, statement: str, rows: int) -> None:
    """Run a statement for so many rows, half of very many over each of two connections."""
    ends = [0, rows // 2, rows] if rows > CHECKED else [0, rows]
    parts = ((rows, before + 1, last) for before, last in pairwise(ends))
    await asyncio.gather(*(_filled(superuser_url, statement, part) for part in parts))


async def _filled(superuser_url: str, statement: str, arguments: Iterable[int]) -> None:
    connection = await asyncpg.connect(superuser_url)
    # Triggers and foreign keys would look at each row alone.
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(statement, *arguments)
    await connection.close()


async def _restored(
    connection: asyncpg.Connection,
    indexes: Iterable[asyncpg.Record],
    checks: Iterable[asyncpg.Record],
) -> None:
    for index in indexes:
        await connection.execute(index["definition"])
    for check in checks:
        added = f"ADD CONSTRAINT {check['name']} {check['definition']} NOT VALID"
        await connection.execute(f"ALTER TABLE {check['relation']} {added}")
