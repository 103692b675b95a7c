-- transactional: false

-- The entries from before 0016 get their guild, a thousand ids at a time, each thousand committed.
DO $$
DECLARE
  reached bigint := 0;
  newest bigint := (SELECT max(id) FROM audit_log);
BEGIN
  WHILE reached < newest LOOP
    UPDATE audit_log
       SET guild_id = COALESCE(
             (SELECT guild_id FROM tickets WHERE tickets.id = audit_log.ticket_id),
             details->>'guild_id'
           )
     WHERE id > reached
       AND id <= reached + 1000
       AND guild_id IS NULL;
    COMMIT;
    reached := reached + 1000;
  END LOOP;
END
$$;

ALTER TABLE audit_log VALIDATE CONSTRAINT chk_audit_log_guild_id;

-- An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_audit_log_guild;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_audit_log_guild
  ON audit_log (guild_id, id DESC);
