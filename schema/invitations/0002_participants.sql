-- The participants of the design, and the seats they take.

CREATE TABLE participants (
  id SERIAL PRIMARY KEY,
  invitation_id VARCHAR(20) NOT NULL,
  user_id VARCHAR(20) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  joined_at TIMESTAMPTZ(3),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT fk_participant_invitation
    FOREIGN KEY (invitation_id)
    REFERENCES invitations (id)
    ON DELETE CASCADE
    ON UPDATE CASCADE,
  CONSTRAINT unique_participant
    UNIQUE (invitation_id, user_id),
  CONSTRAINT chk_participant_status
    CHECK (status IN ('joined', 'interested', 'waitlisted')),
  CONSTRAINT chk_participant_user_id
    CHECK (user_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_participant_user_name
    CHECK (invitations.is_one_line(user_name)),
  CONSTRAINT chk_participant_joined_at
    CHECK ((status = 'joined') = (joined_at IS NOT NULL))
);

CREATE INDEX idx_participant_user_history
  ON participants (user_id, created_at DESC);

CREATE INDEX idx_participant_invitation_status
  ON participants (invitation_id, status);

-- Counts seats, answers "is X seated" and lists the roster without touching the table.
CREATE INDEX idx_participant_count_covering
  ON participants (invitation_id) INCLUDE (user_id)
  WHERE status = 'joined';

-- The lock waits for a closing in flight: without it a bookmark slips in behind the final state.
CREATE FUNCTION prevent_final_participant_modification() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  invitation_status text;
BEGIN
  IF current_user = 'doukikai_owner' THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  FOR invitation_status IN
    SELECT status FROM invitations.invitations
    WHERE id IN (OLD.invitation_id, NEW.invitation_id)
    ORDER BY id
    FOR NO KEY UPDATE
  LOOP
    IF invitation_status IN ('completed', 'cancelled') THEN
      RAISE EXCEPTION 'Cannot modify invitation in final state (completed/cancelled)'
        USING ERRCODE = 'DK001';
    END IF;
  END LOOP;
  RETURN COALESCE(NEW, OLD);
END
$$;

CREATE TRIGGER trg_participant_final_state
BEFORE INSERT OR UPDATE OR DELETE ON participants
FOR EACH ROW
EXECUTE FUNCTION prevent_final_participant_modification();

-- joined_at is the order of seats, so it is read behind the lock that trg_participant_final_state
-- took (triggers fire by name): CURRENT_TIMESTAMP is when the transaction began, perhaps before the
-- seat ahead was taken. created_at stays that of the first interest.
CREATE FUNCTION keep_participant_times() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.joined_at = CASE
    WHEN NEW.status = 'joined' THEN COALESCE(NEW.joined_at, clock_timestamp()) END;
  IF TG_OP = 'UPDATE' THEN
    NEW.updated_at = CURRENT_TIMESTAMP;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER trg_participant_times
BEFORE INSERT OR UPDATE ON participants
FOR EACH ROW
EXECUTE FUNCTION keep_participant_times();

-- AFTER, not BEFORE: an INSERT that ends in ON CONFLICT runs the BEFORE triggers all the same.
CREATE FUNCTION count_seats_taken() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  freed varchar;
  taken varchar;
BEGIN
  IF OLD.status = 'joined' THEN
    freed = OLD.invitation_id;
  END IF;
  IF NEW.status = 'joined' THEN
    taken = NEW.invitation_id;
  END IF;
  IF freed IS DISTINCT FROM taken THEN
    UPDATE invitations.invitations SET joined_count = joined_count - 1 WHERE id = freed;
    UPDATE invitations.invitations SET joined_count = joined_count + 1 WHERE id = taken;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER trg_participant_seats
AFTER INSERT OR UPDATE OR DELETE ON participants
FOR EACH ROW
EXECUTE FUNCTION count_seats_taken();

COMMENT ON TABLE participants IS '参加者情報（1ユーザー×1募集につき1レコード）';
COMMENT ON CONSTRAINT unique_participant ON participants IS '重複参加防止制約';
COMMENT ON COLUMN participants.status IS '参加・興味あり・キャンセル待ち（席を取るのは参加だけ）';
COMMENT ON COLUMN participants.created_at IS '最初に反応した時刻';
COMMENT ON COLUMN participants.joined_at IS '席を取った時刻（参加中だけ値を持つ、席の順序）';
