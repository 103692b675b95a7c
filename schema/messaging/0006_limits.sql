-- How much of a limit a member has used, such as their presses of this minute: one row for each limit and
-- member, whatever they do. All replicas count here, in the transaction of what is counted.

-- A hash of the member's id, which names nobody by itself. used_until is the moment at which nothing of
-- the limit counts as used any more; a row whose moment is over says nothing and is deleted.
CREATE TABLE limits (
  name text NOT NULL,
  member_key bigint NOT NULL,
  used_until timestamptz NOT NULL,
  PRIMARY KEY (name, member_key)
) WITH (
  -- Each press updates its row: with room on the page no index entry is written.
  fillfactor = 50,
  autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_scale_factor = 0.1
);

COMMENT ON TABLE limits IS '会員ごとの使用量（1分間の操作数など、上限のあるもの）';
COMMENT ON COLUMN limits.name IS '上限の名前';
COMMENT ON COLUMN limits.member_key IS '会員のidのハッシュ（idそのものは残さない）';
COMMENT ON COLUMN limits.used_until IS '使用量がすべて戻る時刻';
