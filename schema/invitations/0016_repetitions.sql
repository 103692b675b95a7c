-- Events that come back every week. The row follows the series from one occurrence to the next, so
-- it is bound to a request and not to an invitation: in between there is only a draft.

CREATE TABLE repetitions (
  request_id uuid PRIMARY KEY,
  times_left INTEGER,
  until_date DATE,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT chk_repetition_end
    CHECK ((times_left IS NULL) <> (until_date IS NULL)),
  CONSTRAINT chk_repetition_times_left
    CHECK (times_left BETWEEN 1 AND 52)
);

COMMENT ON TABLE repetitions IS '毎週のくり返し（いまの回が終わると次の回の下書きに付け替える）';
COMMENT ON COLUMN repetitions.request_id IS 'いまの回の下書きのID（募集のrequest_id）';
COMMENT ON COLUMN repetitions.times_left IS 'あと何回くり返すか（日付で終わるときはNULL）';
COMMENT ON COLUMN repetitions.until_date IS '最後の開始日（日本の日付、回数で終わるときはNULL）';
