-- Many who join in one moment are written by one statement, and so their invitation's seats are
-- counted once and no longer once for each: of 32 at once PostgreSQL spent two thirds on counting.

-- An INSERT that updates on conflict is an UPDATE, too, mostly of no row. What else the three have
-- in common is written three times: which tables of before and after there are says the statement.
CREATE OR REPLACE FUNCTION count_seats_taken()
RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE invitations.invitations
       SET joined_count = joined_count + change.seats,
           waitlisted_count = waitlisted_count + change.waiting
      FROM (
        SELECT invitation_id,
               count(*) FILTER (WHERE status = 'joined') AS seats,
               count(*) FILTER (WHERE status = 'waitlisted') AS waiting
          FROM after
         GROUP BY invitation_id
      ) AS change
     WHERE id = change.invitation_id
       AND (change.seats, change.waiting) <> (0, 0);
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE invitations.invitations
       SET joined_count = joined_count - change.seats,
           waitlisted_count = waitlisted_count - change.waiting
      FROM (
        SELECT invitation_id,
               count(*) FILTER (WHERE status = 'joined') AS seats,
               count(*) FILTER (WHERE status = 'waitlisted') AS waiting
          FROM before
         GROUP BY invitation_id
      ) AS change
     WHERE id = change.invitation_id
       AND (change.seats, change.waiting) <> (0, 0);
  ELSIF EXISTS (SELECT FROM after) THEN
    UPDATE invitations.invitations
       SET joined_count = joined_count + change.seats,
           waitlisted_count = waitlisted_count + change.waiting
      FROM (
        SELECT invitation_id,
               sum(sign * (status = 'joined')::integer) AS seats,
               sum(sign * (status = 'waitlisted')::integer) AS waiting
          FROM (
            SELECT -1 AS sign, invitation_id, status FROM before
            UNION ALL
            SELECT 1, invitation_id, status FROM after
          ) AS part
         GROUP BY invitation_id
      ) AS change
     WHERE id = change.invitation_id
       AND (change.seats, change.waiting) <> (0, 0);
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER trg_participant_seats ON participants;

CREATE TRIGGER trg_participant_seats_insert
AFTER INSERT ON participants
REFERENCING NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION count_seats_taken();

CREATE TRIGGER trg_participant_seats_update
AFTER UPDATE ON participants
REFERENCING OLD TABLE AS before NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION count_seats_taken();

CREATE TRIGGER trg_participant_seats_delete
AFTER DELETE ON participants
REFERENCING OLD TABLE AS before
FOR EACH STATEMENT EXECUTE FUNCTION count_seats_taken();
