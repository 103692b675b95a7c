-- transactional: false

-- Who waits longest, and that no two wait in one place. An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_participant_waitlist;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS idx_participant_waitlist
  ON participants (invitation_id, waitlisted_at)
  WHERE status = 'waitlisted';

ALTER TABLE participants VALIDATE CONSTRAINT chk_participant_waitlisted_at;

ALTER TABLE invitations VALIDATE CONSTRAINT chk_invitation_waitlisted_count;
