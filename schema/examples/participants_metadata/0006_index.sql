-- transactional: false

-- An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_participant_metadata;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_participant_metadata
  ON participants USING gin (metadata);
