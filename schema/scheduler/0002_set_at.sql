-- When the moment of a deadline was chosen: one that was chosen too late is not fired too late.

ALTER TABLE deadlines ADD COLUMN set_at timestamptz NOT NULL DEFAULT now();

COMMENT ON COLUMN deadlines.set_at IS '期限の時刻が決まった時刻';
