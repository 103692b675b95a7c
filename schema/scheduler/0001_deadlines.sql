-- What falls due when; fed by events, so a row only ever moves to a newer version.

CREATE TABLE deadlines (
  kind text NOT NULL,
  subject_id text NOT NULL,
  due_at TIMESTAMPTZ(3) NOT NULL,
  version bigint NOT NULL,
  fired_at timestamptz,
  repeat_every interval,
  correlation_id uuid,

  PRIMARY KEY (kind, subject_id),
  CONSTRAINT chk_deadline_repeat_every
    CHECK (repeat_every IS NULL OR repeat_every > interval '0')
);

CREATE INDEX idx_deadline_due
  ON deadlines (due_at)
  WHERE fired_at IS NULL;

COMMENT ON TABLE deadlines IS '期限（募集の自動終了、定期的な掃除など）';
COMMENT ON COLUMN deadlines.kind IS '期限の種類';
COMMENT ON COLUMN deadlines.subject_id IS '対象のid（募集のidなど）';
COMMENT ON COLUMN deadlines.version IS '元になったイベントの版（新しい版だけが上書きする）';
COMMENT ON COLUMN deadlines.fired_at IS '発火した時刻（未発火はNULL）';
COMMENT ON COLUMN deadlines.repeat_every IS '繰り返しの間隔（一度きりはNULL）';
