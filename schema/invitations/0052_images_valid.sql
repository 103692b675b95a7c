ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_image;
ALTER TABLE invitations VALIDATE CONSTRAINT chk_invitation_image;
