ALTER TABLE invitations VALIDATE CONSTRAINT chk_invitation_sign_up;
ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_sign_up;
