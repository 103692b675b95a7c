-- transactional: false

-- An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_invitation_soonest;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_invitation_soonest
  ON invitations (status, start_time, id);
