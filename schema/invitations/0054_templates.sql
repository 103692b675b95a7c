-- What a host keeps of a draft to open new ones from; a template without a host is one of the guild. It has no secrets.
-- Its times say the day of the week, the length and how long before the start sign-up opens and closes.

CREATE TABLE templates (
  template_id UUID PRIMARY KEY,
  guild_id VARCHAR(20) NOT NULL,
  host_id VARCHAR(20),
  name VARCHAR(80) NOT NULL,
  mention VARCHAR(20) NOT NULL,

  event_name VARCHAR(200) NOT NULL,
  start_time TIMESTAMPTZ(3) NOT NULL,
  end_time TIMESTAMPTZ(3) NOT NULL,
  world_name VARCHAR(200) NOT NULL,
  world_link VARCHAR(500),
  tag VARCHAR(50) NOT NULL,
  description TEXT NOT NULL,
  instance_type VARCHAR(20) NOT NULL,
  max_participants INTEGER NOT NULL,
  reminder_minutes INTEGER NOT NULL,
  opening_time TIMESTAMPTZ(3),
  cutoff_time TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT uq_template_name
    UNIQUE NULLS NOT DISTINCT (guild_id, host_id, name),
  CONSTRAINT chk_template_ids
    CHECK (guild_id ~ '^[0-9]{1,20}$' AND host_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_template_mention
    CHECK (mention ~ '^([0-9]{1,20}|nobody|everyone|here)$'),
  -- The same rules as a draft's.
  CONSTRAINT chk_template_names
    CHECK (invitations.is_one_line(name) AND invitations.is_one_line(event_name)
      AND invitations.is_one_line(world_name)),
  CONSTRAINT chk_template_time_range
    CHECK (start_time < end_time),
  CONSTRAINT chk_template_sign_up
    CHECK (cutoff_time < end_time AND opening_time < COALESCE(cutoff_time, end_time)),
  CONSTRAINT chk_template_max_participants
    CHECK (max_participants BETWEEN 1 AND 100),
  CONSTRAINT chk_template_reminder_minutes
    CHECK (reminder_minutes BETWEEN 0 AND 1440),
  CONSTRAINT chk_template_instance_type
    CHECK (instance_type IN ('group', 'friend', 'friendplus', 'public',
      'invite', 'inviteplus', 'groupplus', 'grouppublic')),
  CONSTRAINT chk_template_tag
    CHECK (tag IN ('観光', 'ゲーム', 'まったり', '撮影会', 'イベント', 'その他')),
  CONSTRAINT chk_template_description
    CHECK (char_length(description) <= 2000),
  CONSTRAINT chk_template_world_link
    CHECK (world_link ~* '^https://[^[:space:][:cntrl:]]+$')
);

-- For the export and the erasure of a member.
CREATE INDEX idx_template_host
  ON templates (host_id)
  WHERE host_id IS NOT NULL;

COMMENT ON TABLE templates IS 'テンプレート（下書きを開くもと。秘密は入れない）';
COMMENT ON COLUMN templates.host_id IS '持ち主のDiscord ID（NULLはサーバーのテンプレート）';
COMMENT ON COLUMN templates.name IS 'テンプレートの名前（持ち主ごとに一つ）';
COMMENT ON COLUMN templates.mention IS '投稿のときにメンションする相手（投稿のときに、もう一度確かめる）';
COMMENT ON COLUMN templates.start_time IS '保存したときの開始（使うのは曜日・時刻と長さ）';
COMMENT ON COLUMN templates.opening_time IS '受付開始（使うのは開始までの長さ。NULLはすぐ）';
COMMENT ON COLUMN templates.cutoff_time IS '受付締切（使うのは開始までの長さ。NULLは終了まで）';

-- Otherwise the function is that of 0053.
CREATE OR REPLACE FUNCTION erase_guild(erased_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entries integer;
BEGIN
  DELETE FROM invitations.audit_log
   WHERE details->>'guild_id' = erased_id
      OR invitation_id IN (SELECT id FROM invitations.invitations WHERE guild_id = erased_id);
  GET DIAGNOSTICS entries = ROW_COUNT;

  DELETE FROM invitations.repetitions
   WHERE request_id IN (
     SELECT request_id FROM invitations.drafts WHERE guild_id = erased_id
      UNION ALL
     SELECT request_id FROM invitations.invitations WHERE guild_id = erased_id);

  DELETE FROM invitations.images
   WHERE request_id IN (
     SELECT request_id FROM invitations.drafts WHERE guild_id = erased_id
      UNION ALL
     SELECT request_id FROM invitations.invitations WHERE guild_id = erased_id)
      OR invitation_id IN (SELECT id FROM invitations.invitations WHERE guild_id = erased_id);

  DELETE FROM invitations.drafts
   WHERE guild_id = erased_id;

  DELETE FROM invitations.templates
   WHERE guild_id = erased_id;

  -- Their participants go with them.
  DELETE FROM invitations.invitations
   WHERE guild_id = erased_id;

  DELETE FROM invitations.calendars
   WHERE owner_kind = 'guild'
     AND owner_id = erased_id;

  DELETE FROM invitations.guilds
   WHERE guild_id = erased_id;

  INSERT INTO invitations.erasure_log (guild_id, interaction_id, audit_entries)
  VALUES (erased_id, 0, entries);
END
$$;
