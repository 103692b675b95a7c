-- The story a change belongs to, by which the logs of every service are searched.

ALTER TABLE audit_log
  ADD COLUMN correlation_id uuid;

COMMENT ON COLUMN audit_log.correlation_id IS '一連の処理のID（ログを探すための相関ID。記録のない古い行はNULL）';
