-- The tickets of the design, corrected as docs/decisions/0016 says; no service uses them yet.

CREATE TABLE tickets (
  id VARCHAR(20) PRIMARY KEY,
  user_id VARCHAR(20) NOT NULL,
  user_name VARCHAR(100) NOT NULL,

  category VARCHAR(50) NOT NULL,
  subject VARCHAR(200),
  status VARCHAR(20) NOT NULL DEFAULT 'open',

  staff_id VARCHAR(20),
  staff_name VARCHAR(100),
  on_hold boolean NOT NULL DEFAULT false,

  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_activity_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  closed_at TIMESTAMPTZ(3),
  closed_by VARCHAR(20),
  close_reason VARCHAR(500),

  CONSTRAINT chk_ticket_ids
    CHECK (id ~ '^[0-9]{1,20}$' AND user_id ~ '^[0-9]{1,20}$'
      AND staff_id ~ '^[0-9]{1,20}$' AND closed_by ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_ticket_category
    CHECK (category IN ('question', 'trouble', 'other')),
  CONSTRAINT chk_ticket_status
    CHECK (status IN ('open', 'closed')),
  CONSTRAINT chk_ticket_closed_at
    CHECK (closed_at IS NULL OR closed_at >= created_at),
  CONSTRAINT chk_ticket_closed
    CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);

-- No leading status, which the predicate already fixes; so created_at gives the order.
CREATE INDEX idx_ticket_open
  ON tickets (created_at DESC)
  WHERE status = 'open';

CREATE INDEX idx_ticket_user_history
  ON tickets (user_id, created_at DESC);

COMMENT ON TABLE tickets IS 'サポートチケット情報';
COMMENT ON COLUMN tickets.id IS '専用スレッドのDiscord id';
COMMENT ON COLUMN tickets.on_hold IS '保留中（自動クローズの対象外）';
COMMENT ON COLUMN tickets.last_activity_at IS '最後の書き込みの時刻（放置の判定に使う）';
