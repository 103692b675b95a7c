-- The secret addresses of calendars: one of a member's own events, one of a guild's open ones.

CREATE TABLE calendars (
  owner_kind VARCHAR(10) NOT NULL,
  owner_id VARCHAR(20) NOT NULL,
  token_sha256 bytea NOT NULL,
  token VARCHAR(500) NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  PRIMARY KEY (owner_kind, owner_id),
  -- Whoever knows an address finds its calendar by this, without the secret in any statement.
  CONSTRAINT unique_calendar_token
    UNIQUE (token_sha256),
  CONSTRAINT chk_calendar_owner_kind
    CHECK (owner_kind IN ('member', 'guild')),
  CONSTRAINT chk_calendar_owner_id
    CHECK (owner_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_calendar_token_sha256
    CHECK (octet_length(token_sha256) = 32),
  CONSTRAINT chk_calendar_token
    CHECK (token ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$')
);

COMMENT ON TABLE calendars IS 'カレンダーの秘密のアドレス（会員ごと、サーバーごとに一つ）';
COMMENT ON COLUMN calendars.owner_kind IS '会員の予定（member）か、サーバーの募集（guild）か';
COMMENT ON COLUMN calendars.owner_id IS '会員またはサーバーのDiscordのid';
COMMENT ON COLUMN calendars.token_sha256 IS 'アドレスに入る秘密のSHA-256（検索用）';
COMMENT ON COLUMN calendars.token IS 'アドレスに入る秘密（暗号化保存、もう一度見せるため）';

CREATE OR REPLACE VIEW sealed_texts AS
SELECT request_id::text AS row_id, 'instance_link' AS column_name, instance_link AS sealed
  FROM invitations
 WHERE instance_link IS NOT NULL
   AND status IN ('recruiting', 'full')
UNION ALL
SELECT request_id::text, 'vrchat_profile', vrchat_profile
  FROM invitations
 WHERE vrchat_profile IS NOT NULL
   AND status IN ('recruiting', 'full')
UNION ALL
SELECT request_id::text, 'vrchat_profile', vrchat_profile
  FROM drafts
 WHERE vrchat_profile IS NOT NULL
UNION ALL
SELECT owner_id, 'calendar_' || owner_kind, token
  FROM calendars;
