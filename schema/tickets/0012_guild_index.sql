-- transactional: false

-- A guild's open tickets, the oldest first. An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_ticket_guild_open;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_ticket_guild_open
  ON tickets (guild_id, created_at, id)
  WHERE status = 'open';
