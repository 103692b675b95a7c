-- What the members who manage a guild have chosen. A guild gets its row by the first change; until then
-- it has the defaults, which stand in shared/messages/tickets/guilds.py too.

CREATE TABLE guilds (
  guild_id VARCHAR(20) PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  log_channel_id VARCHAR(20),
  per_category INTEGER NOT NULL DEFAULT 1,
  warn_after_minutes INTEGER NOT NULL DEFAULT 2880,
  close_after_minutes INTEGER NOT NULL DEFAULT 1440,
  categories VARCHAR(50)[] NOT NULL DEFAULT '{question,trouble,other}',
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT chk_guild_ids
    CHECK (guild_id ~ '^[0-9]{1,20}$' AND log_channel_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_guild_version
    CHECK (version >= 0),
  -- As many as a member has slots: chk_request_slot.
  CONSTRAINT chk_guild_per_category
    CHECK (per_category BETWEEN 1 AND 10),
  CONSTRAINT chk_guild_warn_after
    CHECK (warn_after_minutes BETWEEN 1 AND 10080),
  CONSTRAINT chk_guild_close_after
    CHECK (close_after_minutes BETWEEN 1 AND 10080),
  CONSTRAINT chk_guild_categories
    CHECK (categories <@ '{question,trouble,other}' AND array_position(categories, NULL) IS NULL)
);

COMMENT ON TABLE guilds IS 'サーバーごとのチケットの設定（最初の変更で行ができる。それまでは既定値）';
COMMENT ON COLUMN guilds.guild_id IS 'サーバーのDiscordのid';
COMMENT ON COLUMN guilds.version IS '変更のたびに1増える番号';
COMMENT ON COLUMN guilds.log_channel_id IS '閉じたチケットの記録を残すチャンネル（NULLなら残さない）';
COMMENT ON COLUMN guilds.per_category IS '同じカテゴリで同時に開けるチケットの数';
COMMENT ON COLUMN guilds.warn_after_minutes IS '書き込みがないまま何分たったら知らせるか';
COMMENT ON COLUMN guilds.close_after_minutes IS '知らせてから書き込みがないまま何分たったら閉じるか';
COMMENT ON COLUMN guilds.categories IS '受け付けるカテゴリ（空ならチケットを受け付けない）';
