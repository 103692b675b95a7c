-- The invitations of the design, corrected as docs/decisions/0010 to 0016 say.

-- One line with something to read in it: the rule for every name a member types.
CREATE FUNCTION is_one_line(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value !~ '[\n\r\v\f\u0085\u2028\u2029]'
  AND value ~ '[^\s\u0085\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\u3164\ufeff]';

CREATE TABLE invitations (
  id VARCHAR(20) PRIMARY KEY,
  request_id uuid NOT NULL,

  thread_id VARCHAR(20) NOT NULL UNIQUE,
  staff_message_id VARCHAR(20),
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
  instance_link VARCHAR(500),
  max_participants INTEGER NOT NULL,
  joined_count INTEGER NOT NULL DEFAULT 0,

  status VARCHAR(20) NOT NULL DEFAULT 'recruiting',
  version bigint NOT NULL DEFAULT 1,

  staff_id VARCHAR(20),
  staff_name VARCHAR(100),

  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT unique_invitation_request
    UNIQUE (request_id),
  -- NULL makes a comparison unknown, and a CHECK accepts the unknown.
  CONSTRAINT chk_invitation_ids
    CHECK (id ~ '^[0-9]{1,20}$' AND thread_id ~ '^[0-9]{1,20}$'
      AND staff_message_id ~ '^[0-9]{1,20}$' AND guild_id ~ '^[0-9]{1,20}$'
      AND channel_id ~ '^[0-9]{1,20}$' AND host_id ~ '^[0-9]{1,20}$'
      AND staff_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_invitation_time_range
    CHECK (start_time < end_time),
  CONSTRAINT chk_invitation_max_participants
    CHECK (max_participants BETWEEN 1 AND 100),
  CONSTRAINT chk_invitation_status
    CHECK (status IN ('recruiting', 'full', 'completed', 'cancelled')),
  CONSTRAINT chk_invitation_instance_type
    CHECK (instance_type IN ('group', 'friend', 'friendplus', 'public',
      'invite', 'inviteplus', 'groupplus', 'grouppublic')),
  CONSTRAINT chk_invitation_tag
    CHECK (tag IN ('観光', 'ゲーム', 'まったり', '撮影会', 'イベント', 'その他')),
  CONSTRAINT chk_invitation_event_name
    CHECK (invitations.is_one_line(event_name)),
  CONSTRAINT chk_invitation_host_name
    CHECK (invitations.is_one_line(host_name)),
  CONSTRAINT chk_invitation_world_name
    CHECK (invitations.is_one_line(world_name)),
  CONSTRAINT chk_invitation_staff_name
    CHECK (staff_name IS NULL OR invitations.is_one_line(staff_name)),
  CONSTRAINT chk_invitation_description
    CHECK (char_length(description) <= 2000),
  CONSTRAINT chk_invitation_world_link
    CHECK (world_link IS NULL OR world_link ~* '^https://'),
  CONSTRAINT chk_invitation_vrchat_profile
    CHECK (vrchat_profile IS NULL OR vrchat_profile ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'),
  CONSTRAINT chk_invitation_instance_link
    CHECK (instance_link IS NULL OR instance_link ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'),
  -- The constraint beneath the row lock: over-booking is an error, never a row.
  CONSTRAINT chk_invitation_joined_count
    CHECK (joined_count BETWEEN 0 AND max_participants),
  CONSTRAINT chk_invitation_status_seats
    CHECK (status IN ('completed', 'cancelled')
      OR (status = 'full') = (joined_count = max_participants)),
  CONSTRAINT chk_invitation_final_secrets
    CHECK (status NOT IN ('completed', 'cancelled')
      OR (vrchat_profile IS NULL AND instance_link IS NULL))
);

-- Q1, with id as the tie-break of its keyset (start_time, id).
CREATE INDEX idx_invitation_list
  ON invitations (status, tag, start_time ASC, id);

CREATE INDEX idx_invitation_host
  ON invitations (host_id, start_time DESC);

-- Q4: no leading status, which the predicate already fixes; so end_time gives the order.
CREATE INDEX idx_invitation_auto_close
  ON invitations (end_time)
  WHERE status IN ('recruiting', 'full');

CREATE INDEX idx_invitation_recent
  ON invitations (start_time DESC);

CREATE INDEX idx_invitation_active
  ON invitations (tag, start_time ASC, id)
  WHERE status = 'recruiting';

CREATE FUNCTION update_invitation_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at = CURRENT_TIMESTAMP;
  RETURN NEW;
END
$$;

CREATE TRIGGER trg_invitation_updated_at
BEFORE UPDATE ON invitations
FOR EACH ROW
EXECUTE FUNCTION update_invitation_updated_at();

-- The owner is exempt: migrations back-fill, and erasure of a member's data reaches final rows.
CREATE FUNCTION prevent_final_state_modification() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status IN ('completed', 'cancelled') AND current_user <> 'doukikai_owner' THEN
    RAISE EXCEPTION 'Cannot modify invitation in final state (completed/cancelled)'
      USING ERRCODE = 'DK001';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$$;

CREATE TRIGGER trg_invitation_final_state
BEFORE UPDATE OR DELETE ON invitations
FOR EACH ROW
EXECUTE FUNCTION prevent_final_state_modification();

CREATE FUNCTION prevent_false_beginning() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'recruiting' OR NEW.joined_count <> 0 THEN
    RAISE EXCEPTION 'An invitation begins as recruiting, with no seat taken'
      USING ERRCODE = 'DK002';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER trg_invitation_beginning
BEFORE INSERT ON invitations
FOR EACH ROW
EXECUTE FUNCTION prevent_false_beginning();

-- recruiting and full follow the seats in the very update that changes seats or capacity.
CREATE FUNCTION follow_seats_taken() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  -- Depth 1 is a statement of somebody's own; the seats are counted by a trigger, deeper down.
  IF NEW.joined_count <> OLD.joined_count AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'joined_count follows the participants and cannot be set'
      USING ERRCODE = 'DK003';
  END IF;
  -- A new id cascades into participants, and each of them is counted anew under it.
  IF NEW.id <> OLD.id THEN
    NEW.joined_count = 0;
  END IF;
  IF NEW.status IN ('recruiting', 'full')
    AND (NEW.joined_count, NEW.max_participants) <> (OLD.joined_count, OLD.max_participants)
  THEN
    NEW.status = CASE
      WHEN NEW.joined_count >= NEW.max_participants THEN 'full' ELSE 'recruiting' END;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER trg_invitation_seats
BEFORE UPDATE OF id, joined_count, max_participants ON invitations
FOR EACH ROW
EXECUTE FUNCTION follow_seats_taken();

ALTER TABLE invitations ALTER COLUMN status SET STATISTICS 1000;
ALTER TABLE invitations ALTER COLUMN tag SET STATISTICS 1000;

-- Few tags recruit much: without this the planner multiplies two frequencies that depend on each other.
CREATE STATISTICS stat_invitation_status_tag (ndistinct, dependencies, mcv)
  ON status, tag FROM invitations;

ALTER TABLE invitations SET (
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.02
);

COMMENT ON TABLE invitations IS 'VRChatイベント募集情報マスター';
COMMENT ON COLUMN invitations.id IS 'Discord Message ID (Primary Key)';
COMMENT ON COLUMN invitations.request_id IS '下書きのID（封緘した列はこのIDに結び付く）';
COMMENT ON COLUMN invitations.thread_id IS 'Discordスレッドのid';
COMMENT ON COLUMN invitations.staff_message_id IS 'スタッフ用パネルのDiscordメッセージid';
COMMENT ON COLUMN invitations.guild_id IS 'Discordサーバーのid';
COMMENT ON COLUMN invitations.channel_id IS '告知を投稿したDiscordチャンネルのid';
COMMENT ON COLUMN invitations.host_id IS '主催者のDiscordユーザーid（主催者は席を取らない）';
COMMENT ON COLUMN invitations.start_time IS '開始時刻（UTCで保存）';
COMMENT ON COLUMN invitations.end_time IS '終了時刻（UTCで保存、この時刻に自動で終了する）';
COMMENT ON COLUMN invitations.vrchat_profile IS 'VRChatプロフィールURL（暗号化保存）';
COMMENT ON COLUMN invitations.instance_link IS 'インスタンスリンク（暗号化保存）';
COMMENT ON COLUMN invitations.max_participants IS '定員（主催者を含まない）';
COMMENT ON COLUMN invitations.joined_count IS '参加者数（participantsのトリガーが数える、直接は変更できない）';
COMMENT ON COLUMN invitations.status IS '募集中・満員・終了・中止（終了と中止は最終状態）';
COMMENT ON COLUMN invitations.version IS '版（変更のたびにサービスが一つ進め、イベントに載せる）';
COMMENT ON CONSTRAINT chk_invitation_joined_count ON invitations IS '定員超過防止制約';
COMMENT ON CONSTRAINT chk_invitation_final_secrets ON invitations
  IS '最終状態にする更新で秘密を必ず消す制約';
