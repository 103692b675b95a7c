-- transactional: false

-- What one member did, newest first. An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_audit_log_actor;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_audit_log_actor
  ON audit_log (actor_id, id DESC);
