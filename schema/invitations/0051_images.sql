-- The pictures of drafts and events. Discord's addresses expire, so a picture is stored here, in parts as it arrives.
-- `drafts.image` and `invitations.image` name it once it is whole; one that nothing names is deleted after a day.

CREATE TABLE images (
  name VARCHAR(40) PRIMARY KEY,
  request_id UUID,
  invitation_id VARCHAR(20),
  url VARCHAR(1500) NOT NULL,
  size INTEGER NOT NULL,
  reply_to VARCHAR(2000),
  is_whole BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT chk_image_name
    CHECK (name ~ '^[0-9a-f]{32}\.(png|jpg|webp|gif)$'),
  CONSTRAINT chk_image_subject
    CHECK (num_nonnulls(request_id, invitation_id) = 1 AND invitation_id ~ '^[0-9]{1,20}$'),
  CONSTRAINT chk_image_size
    CHECK (size BETWEEN 1 AND 4194304)
);

CREATE TABLE image_parts (
  name VARCHAR(40) NOT NULL REFERENCES images (name) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  content BYTEA NOT NULL,

  PRIMARY KEY (name, part),
  CONSTRAINT chk_image_part
    CHECK (part BETWEEN 0 AND 8),
  CONSTRAINT chk_image_content
    CHECK (octet_length(content) BETWEEN 1 AND 491520)
);

-- A picture is compressed already.
ALTER TABLE image_parts
  ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE INDEX idx_image_draft ON images (request_id);
CREATE INDEX idx_image_invitation ON images (invitation_id);

ALTER TABLE drafts
  ADD COLUMN image VARCHAR(40),
  ADD CONSTRAINT chk_draft_image
    CHECK (image ~ '^[0-9a-f]{32}\.(png|jpg|webp|gif)$') NOT VALID;
ALTER TABLE invitations
  ADD COLUMN image VARCHAR(40),
  ADD CONSTRAINT chk_invitation_image
    CHECK (image ~ '^[0-9a-f]{32}\.(png|jpg|webp|gif)$') NOT VALID;

COMMENT ON TABLE images IS '募集と下書きの画像';
COMMENT ON COLUMN images.name IS '画像の名前（Discordの添付ファイルの名前にもなる）';
COMMENT ON COLUMN images.request_id IS '画像を付ける下書き';
COMMENT ON COLUMN images.invitation_id IS '画像を付ける募集';
COMMENT ON COLUMN images.url IS '送られた画像のDiscordでのアドレス（しばらくすると切れる）';
COMMENT ON COLUMN images.size IS 'バイト数';
COMMENT ON COLUMN images.reply_to IS '返事の宛先（保存が終わるとNULL）';
COMMENT ON COLUMN images.is_whole IS '全部がそろったか';
COMMENT ON COLUMN images.created_at IS '送られた日時';
COMMENT ON TABLE image_parts IS '画像の中身（メッセージに収まる大きさに分けたもの）';
COMMENT ON COLUMN image_parts.name IS '画像の名前';
COMMENT ON COLUMN image_parts.part IS '何番目か（0から）';
COMMENT ON COLUMN image_parts.content IS '中身';
COMMENT ON COLUMN drafts.image IS '下書きの画像の名前';
COMMENT ON COLUMN invitations.image IS '募集の画像の名前';
