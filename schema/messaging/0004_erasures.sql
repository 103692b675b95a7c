-- What members have erased, so that nothing pressed before it brings them back when it is handled late.

-- A hash of the member's id, which names nobody by itself, and the interaction that asked for it:
-- Discord's ids grow with time. Forgotten with the receipts.
CREATE TABLE erasures (
  member_key integer PRIMARY KEY,
  interaction_id numeric(20) NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE erasures IS '消去の記録（消去より前に押された操作が、あとから会員を書き戻さないため）';
COMMENT ON COLUMN erasures.member_key IS '会員のidのハッシュ（idそのものは残さない）';
COMMENT ON COLUMN erasures.interaction_id IS '消去を求めた操作のid（これより小さいidの操作は古い）';
COMMENT ON COLUMN erasures.erased_at IS '消去した時刻（古い記録の掃除に使う）';
