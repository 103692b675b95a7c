-- What a member asked for before its thread exists, how many tickets they may have, and where one is.

CREATE TABLE requests (
  request_id uuid PRIMARY KEY,
  guild_id VARCHAR(20) NOT NULL,
  channel_id VARCHAR(20) NOT NULL,
  user_id VARCHAR(20) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  category VARCHAR(50) NOT NULL,
  subject text NOT NULL,
  details text,
  slot INTEGER,
  reply_to jsonb,
  ticket_id VARCHAR(20),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT chk_request_ids
    CHECK (guild_id ~ '^[0-9]{1,20}$' AND channel_id ~ '^[0-9]{1,20}$'
      AND user_id ~ '^[0-9]{1,20}$' AND ticket_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_request_category
    CHECK (category IN ('question', 'trouble', 'other')),
  CONSTRAINT chk_request_sealed
    CHECK (subject ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'
      AND details ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'),
  CONSTRAINT chk_request_slot
    CHECK (slot BETWEEN 1 AND 10),
  -- Once the thread holds the details nobody needs them here.
  CONSTRAINT chk_request_details
    CHECK ((ticket_id IS NULL) = (details IS NOT NULL))
);

-- The limit: a member has each slot of a category once, from the request to the ticket's end.
CREATE UNIQUE INDEX idx_request_slot
  ON requests (guild_id, user_id, category, slot)
  WHERE slot IS NOT NULL;

-- What came to nothing, and what is over: both are forgotten after a while.
CREATE INDEX idx_request_old
  ON requests (created_at);

ALTER TABLE tickets
  ADD COLUMN request_id uuid,
  ADD COLUMN guild_id VARCHAR(20),
  ADD COLUMN channel_id VARCHAR(20),
  ADD COLUMN message_id VARCHAR(20),
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN warns_at TIMESTAMPTZ(3),
  ADD COLUMN closes_at TIMESTAMPTZ(3),
  -- squawk-ignore changing-column-type -- from VARCHAR(n) to text nothing is rewritten
  ALTER COLUMN subject TYPE text,
  -- squawk-ignore changing-column-type -- likewise
  ALTER COLUMN close_reason TYPE text,
  ADD CONSTRAINT chk_ticket_place
    CHECK (request_id IS NOT NULL AND message_id IS NOT NULL AND message_id ~ '^[0-9]{1,20}$'
      AND guild_id IS NOT NULL AND guild_id ~ '^[0-9]{1,20}$'
      AND channel_id IS NOT NULL AND channel_id ~ '^[0-9]{1,20}$') NOT VALID,
  ADD CONSTRAINT chk_ticket_sealed
    CHECK (subject IS NOT NULL AND subject ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'
      AND close_reason ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$') NOT VALID,
  ADD CONSTRAINT chk_ticket_silence
    CHECK (NOT (on_hold OR status = 'closed') OR (warns_at IS NULL AND closes_at IS NULL)) NOT VALID;

-- Whoever ends a ticket, and however: its slot is free in the same moment.
CREATE FUNCTION free_slot() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status = 'open' THEN
    RETURN NULL;
  END IF;
  UPDATE tickets.requests
     SET slot = NULL
   WHERE request_id = OLD.request_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER trg_ticket_slot
AFTER DELETE OR UPDATE OF status ON tickets
FOR EACH ROW
WHEN (OLD.status = 'open')
EXECUTE FUNCTION free_slot();

COMMENT ON TABLE requests IS 'チケットの申し込み（スレッドができる前から、終わったあとしばらくまで）';
COMMENT ON COLUMN requests.subject IS '件名（暗号化保存）';
COMMENT ON COLUMN requests.details IS '内容（暗号化保存、スレッドに書いたら消す）';
COMMENT ON COLUMN requests.slot IS '同じカテゴリで同時に開けるチケットの何枚目か（終わったらNULL）';
COMMENT ON COLUMN requests.reply_to IS '申し込んだ人への返信先（トークンは暗号化済み）';
COMMENT ON COLUMN requests.ticket_id IS '開いたチケットのid（まだならNULL）';
COMMENT ON COLUMN tickets.subject IS '件名（暗号化保存）';
COMMENT ON COLUMN tickets.close_reason IS 'クローズの理由（暗号化保存）';
COMMENT ON COLUMN tickets.message_id IS 'ボタンの付いた投稿のDiscord id';
COMMENT ON COLUMN tickets.warns_at IS 'このまま書き込みがなければ知らせる時刻';
COMMENT ON COLUMN tickets.closes_at IS '知らせたあと、このまま書き込みがなければ閉じる時刻';
