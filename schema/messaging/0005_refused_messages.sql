-- Messages of the outbox that RabbitMQ refuses for good, such as one over its size limit: they wait for an
-- operator (`doukikai outbox`) and hold up no other message.

CREATE TABLE refused_messages (
  id bigint PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE,
  exchange text NOT NULL,
  routing_key text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason text NOT NULL
);

COMMENT ON TABLE refused_messages IS '送れないメッセージ（大きすぎるなど、ブローカーが受け取らないもの）';
COMMENT ON COLUMN refused_messages.id IS 'outboxでのid（送信順）';
COMMENT ON COLUMN refused_messages.refused_at IS '断られた時刻';
COMMENT ON COLUMN refused_messages.reason IS '断られた理由（ブローカーの言葉）';
