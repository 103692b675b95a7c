-- Whom staff let into a thread and whom they put out: a late word of one is then known as late.

ALTER TABLE tickets
  ADD COLUMN added_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  ADD COLUMN removed_ids VARCHAR(20)[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN tickets.added_ids IS 'スタッフがスレッドに加えた人のDiscord id';
COMMENT ON COLUMN tickets.removed_ids IS 'スタッフがスレッドから外した人のDiscord id';
