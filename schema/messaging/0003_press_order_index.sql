-- transactional: false

-- The newest press of a lane. An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_inbox_press_lane;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_inbox_press_lane
  ON inbox (press_lane, pressed)
  WHERE press_lane IS NOT NULL;
