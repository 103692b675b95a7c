-- A member's commands and their erasure take turns: each locks the member's row until it commits. Advisory
-- locks did this before, which any role of the database could take.

-- 65,536 rows at most, made when they are first needed: several members share a row and then wait for each
-- other, and no row says who has pressed. Locking writes no new version, so nothing has to be cleaned.
CREATE TABLE member_locks (
  bucket integer PRIMARY KEY,

  CONSTRAINT chk_member_lock_bucket CHECK (bucket BETWEEN 0 AND 65535)
);

COMMENT ON TABLE member_locks IS '会員ごとの順番待ち（同じ会員の操作と消去が同時に進まないため）';
COMMENT ON COLUMN member_locks.bucket IS '会員のidのハッシュの一部（だれのものかはわからない）';
