-- Who did what, when: added to by the service, changed by nobody but the owner.

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_id VARCHAR(20) NOT NULL,
  actor_name VARCHAR(100) NOT NULL,
  action text NOT NULL,
  -- No foreign key: an entry outlives what it is about.
  ticket_id VARCHAR(20),
  details jsonb NOT NULL DEFAULT '{}',

  CONSTRAINT chk_audit_log_ids
    CHECK (actor_id ~ '^[0-9]{1,20}$' AND ticket_id ~ '^[0-9]{1,20}$')
);

-- What was done to one ticket, newest first.
CREATE INDEX idx_audit_log_ticket
  ON audit_log (ticket_id, id DESC);

-- The owner's default privileges gave the service more than a log may allow.
REVOKE UPDATE, DELETE ON audit_log FROM tickets;

COMMENT ON TABLE audit_log IS '監査ログ（誰がいつ何をしたか。追記のみ）';
COMMENT ON COLUMN audit_log.action IS '実行されたコマンドの名前';
COMMENT ON COLUMN audit_log.details IS '補足（チケットの内容は入れない）';
