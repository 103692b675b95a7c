-- What every service keeps about its messages; applied once in each service's schema.

CREATE TABLE inbox (
  message_id uuid PRIMARY KEY,
  message_name text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Cleaning removes the oldest receipts.
CREATE INDEX idx_inbox_received_at ON inbox (received_at);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE,
  exchange text NOT NULL,
  routing_key text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A plan cached while the inbox was empty scans it; an early analyse ends that.
ALTER TABLE inbox SET (
  autovacuum_analyze_threshold = 500,
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.05,
  autovacuum_vacuum_scale_factor = 0.02
);

-- Every row dies within milliseconds: without this the relay reads through the dead ones.
ALTER TABLE outbox SET (
  autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 500,
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_analyze_threshold = 500,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_vacuum_cost_delay = 0
);

COMMENT ON TABLE inbox IS '受信済みメッセージの記録（同じメッセージを二度処理しないため）';
COMMENT ON COLUMN inbox.message_id IS 'メッセージID（封筒のid）';
COMMENT ON COLUMN inbox.received_at IS '受信時刻（古い記録の掃除に使う）';
COMMENT ON TABLE outbox IS '送信待ちメッセージ（業務データと同じトランザクションで書き、送信確認後に削除）';
COMMENT ON COLUMN outbox.id IS '送信順';
COMMENT ON COLUMN outbox.body IS '封筒のJSON（平文の秘密を含まない）';
