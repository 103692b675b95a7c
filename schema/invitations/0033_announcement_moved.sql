-- An announcement that a moderator deletes is posted again: then another message shows the event. `id`
-- stays its key. NULL is the first announcement, whose id is `id`. VALIDATE follows in a file of its own.

ALTER TABLE invitations
  ADD COLUMN announcement_id VARCHAR(20);
ALTER TABLE invitations
  ADD CONSTRAINT chk_invitation_announcement
    CHECK (announcement_id ~ '^[0-9]{1,20}$') NOT VALID;
COMMENT ON COLUMN invitations.announcement_id IS 'いま募集を表示しているメッセージ（投稿し直すまではNULLで、idと同じ）';
COMMENT ON COLUMN invitations.thread_id IS 'スレッドのid（投稿し直した募集ではidと異なることがある）';

-- What Discord does not let the gateway repair: said once, and tried again until it works.
CREATE TABLE owed_repairs (
  invitation_id VARCHAR(20) NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
  kind VARCHAR(20) NOT NULL,
  code VARCHAR(50) NOT NULL,
  missing VARCHAR(50)[] NOT NULL DEFAULT '{}',
  since TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  PRIMARY KEY (invitation_id, kind),
  CONSTRAINT chk_owed_repair_kind
    CHECK (kind ~ '^[a-z_]{1,20}$'),
  CONSTRAINT chk_owed_repair_code
    CHECK (code ~ '^[a-z_]{1,50}$')
);
COMMENT ON TABLE owed_repairs IS '直せていないもの（Discordが許すまで何度も試す。直ると行は消える）';
COMMENT ON COLUMN owed_repairs.invitation_id IS '募集のid';
COMMENT ON COLUMN owed_repairs.kind IS 'どれが直っていないか（announcement、panelなど）';
COMMENT ON COLUMN owed_repairs.code IS '理由';
COMMENT ON COLUMN owed_repairs.missing IS '足りない権限の名前（Discordの英語名）';
COMMENT ON COLUMN owed_repairs.since IS 'いつから';
