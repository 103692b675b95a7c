-- Why an event was called off: everybody reads it on the announcement.

ALTER TABLE invitations ADD COLUMN cancel_reason text;

-- The same as the message contract's: no empty text, and no control character but white space.
ALTER TABLE invitations ADD CONSTRAINT chk_invitation_cancel_reason
  CHECK (cancel_reason IS NULL
    OR (status = 'cancelled'
      AND char_length(cancel_reason) BETWEEN 1 AND 500
      AND cancel_reason !~ '[\u0001-\u0008\u000e-\u001b\u001f\u007f]'))
  NOT VALID;

COMMENT ON COLUMN invitations.cancel_reason IS '中止の理由（任意、告知に表示する）';
