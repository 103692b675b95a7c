-- When sign-up opens and when it closes, and which of both has been announced last. VALIDATE follows in a
-- file of its own.

ALTER TABLE invitations
  ADD COLUMN opening_time TIMESTAMPTZ(3),
  ADD COLUMN cutoff_time TIMESTAMPTZ(3),
  ADD COLUMN sign_up_announced TIMESTAMPTZ(3),
  ADD CONSTRAINT chk_invitation_sign_up
    CHECK (cutoff_time < end_time AND opening_time < COALESCE(cutoff_time, end_time)) NOT VALID;

ALTER TABLE drafts
  ADD COLUMN opening_time TIMESTAMPTZ(3),
  ADD COLUMN cutoff_time TIMESTAMPTZ(3),
  ADD CONSTRAINT chk_draft_sign_up
    CHECK (cutoff_time < end_time AND opening_time < COALESCE(cutoff_time, end_time)) NOT VALID;

COMMENT ON COLUMN invitations.opening_time IS '受付開始の時刻（NULLはすぐ）';
COMMENT ON COLUMN invitations.cutoff_time IS '受付締切の時刻（NULLは終了まで）';
COMMENT ON COLUMN invitations.sign_up_announced IS '最後に知らせた受付開始または締切の時刻（未通知はNULL）';
COMMENT ON COLUMN drafts.opening_time IS '受付開始の時刻（NULLはすぐ）';
COMMENT ON COLUMN drafts.cutoff_time IS '受付締切の時刻（NULLは終了まで）';
