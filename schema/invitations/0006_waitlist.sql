-- The queue for a seat: its order, its length, and no free seat while anybody waits.

ALTER TABLE invitations
  ADD COLUMN waitlisted_count INTEGER NOT NULL DEFAULT 0,
  ADD CONSTRAINT chk_invitation_waitlisted_count
    CHECK (waitlisted_count >= 0) NOT VALID;

ALTER TABLE participants
  ADD COLUMN waitlisted_at TIMESTAMPTZ(3),
  ADD CONSTRAINT chk_participant_waitlisted_at
    CHECK ((status = 'waitlisted') = (waitlisted_at IS NOT NULL)) NOT VALID;

-- waitlisted_at is the order of the queue: one tick behind the last, so that two in one millisecond,
-- or a clock set back, keep it. The lock of trg_participant_final_state makes "the last" true.
CREATE OR REPLACE FUNCTION keep_participant_times() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.joined_at = CASE
    WHEN NEW.status = 'joined' THEN COALESCE(NEW.joined_at, clock_timestamp()) END;
  IF NEW.status <> 'waitlisted' THEN
    NEW.waitlisted_at = NULL;
  ELSIF NEW.waitlisted_at IS NULL THEN
    NEW.waitlisted_at = GREATEST(clock_timestamp(), (
      SELECT max(waitlisted_at) + INTERVAL '1 millisecond'
        FROM invitations.participants
       WHERE invitation_id = NEW.invitation_id
         AND status = 'waitlisted'));
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.updated_at = CURRENT_TIMESTAMP;
  END IF;
  RETURN NEW;
END
$$;

-- One UPDATE for both counts: who is promoted leaves the queue and takes the seat at once.
CREATE OR REPLACE FUNCTION count_seats_taken() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE invitations.invitations
     SET joined_count = joined_count + change.seats,
         waitlisted_count = waitlisted_count + change.waiting
    FROM (
      SELECT invitation_id, sum(seat)::integer AS seats, sum(place)::integer AS waiting
        FROM (VALUES
          (OLD.invitation_id, -(OLD.status = 'joined')::integer, -(OLD.status = 'waitlisted')::integer),
          (NEW.invitation_id, (NEW.status = 'joined')::integer, (NEW.status = 'waitlisted')::integer)
        ) AS part (invitation_id, seat, place)
       GROUP BY invitation_id
    ) AS change
   WHERE id = change.invitation_id
     AND (change.seats, change.waiting) <> (0, 0);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION prevent_false_beginning() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'recruiting' OR NEW.joined_count <> 0 OR NEW.waitlisted_count <> 0 THEN
    RAISE EXCEPTION 'An invitation begins as recruiting, with no seat taken'
      USING ERRCODE = 'DK002';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION follow_seats_taken() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  -- Depth 1 is a statement of somebody's own; the seats are counted by a trigger, deeper down.
  IF (NEW.joined_count, NEW.waitlisted_count) <> (OLD.joined_count, OLD.waitlisted_count)
    AND pg_trigger_depth() = 1
  THEN
    RAISE EXCEPTION 'joined_count and waitlisted_count follow the participants and cannot be set'
      USING ERRCODE = 'DK003';
  END IF;
  -- A new id cascades into participants, and each of them is counted anew under it.
  IF NEW.id <> OLD.id THEN
    NEW.joined_count = 0;
    NEW.waitlisted_count = 0;
  END IF;
  IF NEW.status IN ('recruiting', 'full')
    AND (NEW.joined_count, NEW.max_participants) <> (OLD.joined_count, OLD.max_participants)
  THEN
    NEW.status = CASE
      WHEN NEW.joined_count >= NEW.max_participants THEN 'full' ELSE 'recruiting' END;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER trg_invitation_seats
BEFORE UPDATE OF id, joined_count, waitlisted_count, max_participants ON invitations
FOR EACH ROW
EXECUTE FUNCTION follow_seats_taken();

-- Asked again at COMMIT: between a leave and the promotion it brings, a seat is free.
CREATE FUNCTION prevent_free_seat_beside_queue() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT
      FROM invitations.invitations
     WHERE id = NEW.id
       AND status = 'recruiting'
       AND waitlisted_count > 0
  ) THEN
    RAISE EXCEPTION 'No seat is free while anybody waits for one'
      USING ERRCODE = 'DK004';
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER trg_invitation_queue
AFTER UPDATE ON invitations
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW
WHEN (NEW.status = 'recruiting' AND NEW.waitlisted_count > 0)
EXECUTE FUNCTION prevent_free_seat_beside_queue();

-- AFTER, not BEFORE: an INSERT that ends in ON CONFLICT would be judged as a newcomer's.
CREATE FUNCTION prevent_overtaking() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'joined' THEN
    RETURN NULL;
  END IF;
  IF EXISTS (
    SELECT
      FROM invitations.participants
     WHERE invitation_id = NEW.invitation_id
       AND status = 'waitlisted'
       AND waitlisted_at < COALESCE(OLD.waitlisted_at, 'infinity')
  ) THEN
    RAISE EXCEPTION 'A seat goes to who has waited longest'
      USING ERRCODE = 'DK005';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER trg_participant_turn
AFTER INSERT OR UPDATE OF status ON participants
FOR EACH ROW
WHEN (NEW.status = 'joined')
EXECUTE FUNCTION prevent_overtaking();

COMMENT ON COLUMN invitations.waitlisted_count IS 'キャンセル待ちの人数（participantsのトリガーが数える、直接は変更できない）';
COMMENT ON COLUMN participants.waitlisted_at IS 'キャンセル待ちに入った時刻（キャンセル待ちの間だけ値を持つ、待ち行列の順序）';
