-- What the members who manage a guild have chosen. A guild gets its row by the first change; until then
-- it has the defaults, which stand in shared/messages/invitations/guilds.py too.

CREATE TABLE guilds (
  guild_id VARCHAR(20) PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  language VARCHAR(6) NOT NULL DEFAULT 'ja',
  time_zone VARCHAR(50) NOT NULL DEFAULT 'Asia/Tokyo',
  announcement_channel_id VARCHAR(20),
  staff_channel_id VARCHAR(20),
  staff_role_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  host_role_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  reminder_minutes INTEGER NOT NULL DEFAULT 15,
  mirrors_scheduled_events BOOLEAN NOT NULL DEFAULT FALSE,
  is_listed BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT chk_guild_ids
    CHECK (
      guild_id ~ '^[0-9]{1,20}$'
      AND announcement_channel_id ~ '^[0-9]{1,20}$'
      AND staff_channel_id ~ '^[0-9]{1,20}$'
    ),
  CONSTRAINT chk_guild_version
    CHECK (version >= 0),
  CONSTRAINT chk_guild_language
    CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  -- Which zones there are changes from year to year: the command knows them.
  CONSTRAINT chk_guild_time_zone
    CHECK (time_zone ~ '^[A-Z][A-Za-z0-9_+/-]{1,49}$'),
  -- As text an array quotes an element that holds a comma or nothing, and writes NULL in letters.
  CONSTRAINT chk_guild_staff_roles
    CHECK (staff_role_ids::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,9})?\}$'),
  CONSTRAINT chk_guild_host_roles
    CHECK (host_role_ids::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,9})?\}$'),
  CONSTRAINT chk_guild_reminder_minutes
    CHECK (reminder_minutes BETWEEN 0 AND 1440)
);

-- The staff channel of a guild may change while a panel stands in the former one.
ALTER TABLE invitations
  ADD COLUMN staff_channel_id VARCHAR(20);
ALTER TABLE invitations
  ADD CONSTRAINT chk_invitation_staff_channel
    CHECK (staff_channel_id ~ '^[0-9]{1,20}$') NOT VALID;
COMMENT ON COLUMN invitations.staff_channel_id IS 'スタッフ用パネルのあるチャンネル（この列より前の募集ではNULL）';

COMMENT ON TABLE guilds IS 'サーバーごとの設定（最初の変更で行ができる。それまでは既定値）';
COMMENT ON COLUMN guilds.guild_id IS 'サーバーのDiscordのid';
COMMENT ON COLUMN guilds.version IS '変更のたびに1増える番号';
COMMENT ON COLUMN guilds.language IS '募集やお知らせの言語（Discordの書き方）';
COMMENT ON COLUMN guilds.time_zone IS '日時の入力を読むタイムゾーン（IANA）';
COMMENT ON COLUMN guilds.announcement_channel_id IS '募集を投稿するチャンネル（NULLなら未設定で、募集は作れない）';
COMMENT ON COLUMN guilds.staff_channel_id IS 'スタッフ用のパネルを投稿するチャンネル';
COMMENT ON COLUMN guilds.staff_role_ids IS 'スタッフとするロール（サーバー管理の権限を持つ人は常にスタッフ）';
COMMENT ON COLUMN guilds.host_role_ids IS '募集を作れるロール（空なら全員）';
COMMENT ON COLUMN guilds.reminder_minutes IS 'リマインダーの既定（開始の何分前か、0は送らない）';
COMMENT ON COLUMN guilds.mirrors_scheduled_events IS 'Discordのイベントにも載せるかどうか';
COMMENT ON COLUMN guilds.is_listed IS '公開APIの一覧に載せるかどうか';
