-- When those with a seat are reminded, for which start they were, and who wants none of it.

ALTER TABLE invitations
  ADD COLUMN reminder_minutes INTEGER NOT NULL DEFAULT 15,
  ADD COLUMN reminded_for TIMESTAMPTZ(3),
  ADD CONSTRAINT chk_invitation_reminder_minutes
    CHECK (reminder_minutes BETWEEN 0 AND 1440) NOT VALID;

ALTER TABLE drafts
  ADD COLUMN reminder_minutes INTEGER NOT NULL DEFAULT 15,
  ADD CONSTRAINT chk_draft_reminder_minutes
    CHECK (reminder_minutes BETWEEN 0 AND 1440) NOT VALID;

CREATE TABLE reminder_opt_outs (
  user_id VARCHAR(20) PRIMARY KEY,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT chk_reminder_opt_out_user_id
    CHECK (user_id ~ '^[0-9]{1,20}$')
);

COMMENT ON COLUMN invitations.reminder_minutes IS '開始の何分前に参加者へ知らせるか（0は知らせない）';
COMMENT ON COLUMN invitations.reminded_for IS 'どの開始時刻について知らせたか（未通知はNULL）';
COMMENT ON COLUMN drafts.reminder_minutes IS '開始の何分前に参加者へ知らせるか（0は知らせない）';
COMMENT ON TABLE reminder_opt_outs IS '開始前のお知らせを切ったユーザー';
