-- transactional: false

-- A thousand rows at a time, each thousand committed: nobody waits longer than for one of them, vacuum
-- keeps up, and what is interrupted goes on where it was. A row that is locked is skipped, so that
-- nobody waits for us in a circle, and comes in a later round.
DO $$
DECLARE
  reached integer := 0;
BEGIN
  LOOP
    WITH batch AS (
      SELECT id
        FROM participants
       WHERE id > reached
         AND metadata IS NULL
       ORDER BY id
       LIMIT 1000
         FOR NO KEY UPDATE SKIP LOCKED
    ), filled AS (
      UPDATE participants
         SET metadata = '{}'
        FROM batch
       WHERE participants.id = batch.id
      RETURNING participants.id
    )
    SELECT max(id) INTO reached FROM filled;
    COMMIT;
    IF reached IS NULL THEN
      EXIT WHEN NOT EXISTS (SELECT FROM participants WHERE metadata IS NULL);
      reached := 0;
      PERFORM pg_sleep(0.1);
      COMMIT;
    END IF;
  END LOOP;
END
$$;
