-- What a host asked for, kept until Discord has given the ids an invitation needs.

CREATE TABLE drafts (
  request_id uuid PRIMARY KEY,
  guild_id VARCHAR(20) NOT NULL,
  channel_id VARCHAR(20) NOT NULL,
  host_id VARCHAR(20) NOT NULL,
  host_name VARCHAR(100) NOT NULL,

  event_name VARCHAR(200) NOT NULL,
  start_time TIMESTAMPTZ(3) NOT NULL,
  end_time TIMESTAMPTZ(3) NOT NULL,
  world_name VARCHAR(200) NOT NULL,
  world_link VARCHAR(500),
  tag VARCHAR(50) NOT NULL,
  description TEXT NOT NULL,
  instance_type VARCHAR(20) NOT NULL,
  vrchat_profile VARCHAR(500),
  max_participants INTEGER NOT NULL,

  reply_to jsonb,
  invitation_id VARCHAR(20),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  -- The same rules as an invitation's: a draft that could never be published is refused at once.
  CONSTRAINT chk_draft_ids
    CHECK (guild_id ~ '^[0-9]{1,20}$' AND channel_id ~ '^[0-9]{1,20}$'
      AND host_id ~ '^[0-9]{1,20}$' AND invitation_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_draft_time_range
    CHECK (start_time < end_time),
  CONSTRAINT chk_draft_max_participants
    CHECK (max_participants BETWEEN 1 AND 100),
  CONSTRAINT chk_draft_instance_type
    CHECK (instance_type IN ('group', 'friend', 'friendplus', 'public',
      'invite', 'inviteplus', 'groupplus', 'grouppublic')),
  CONSTRAINT chk_draft_tag
    CHECK (tag IN ('観光', 'ゲーム', 'まったり', '撮影会', 'イベント', 'その他')),
  CONSTRAINT chk_draft_names
    CHECK (invitations.is_one_line(event_name) AND invitations.is_one_line(host_name)
      AND invitations.is_one_line(world_name)),
  CONSTRAINT chk_draft_description
    CHECK (char_length(description) <= 2000),
  CONSTRAINT chk_draft_world_link
    CHECK (world_link IS NULL OR world_link ~* '^https://'),
  CONSTRAINT chk_draft_vrchat_profile
    CHECK (vrchat_profile IS NULL OR vrchat_profile ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'),
  -- Else a copy of the secret would outlive the invitation's.
  CONSTRAINT chk_draft_published_secret
    CHECK (invitation_id IS NULL OR vrchat_profile IS NULL)
);

CREATE INDEX idx_draft_unpublished
  ON drafts (created_at)
  WHERE invitation_id IS NULL;

COMMENT ON TABLE drafts IS '下書き（Discordに投稿される前の募集）';
COMMENT ON COLUMN drafts.request_id IS '下書きのID（公開後は募集のrequest_id）';
COMMENT ON COLUMN drafts.vrchat_profile IS 'VRChatプロフィールURL（暗号化保存、公開の更新で消す）';
COMMENT ON COLUMN drafts.reply_to IS '主催者への返信先（トークンは暗号化済み）';
COMMENT ON COLUMN drafts.invitation_id IS '公開された募集のid（未公開はNULL）';
