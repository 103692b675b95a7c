-- In a transaction of its own: the look over all rows then holds up nobody who writes.

ALTER TABLE invitations VALIDATE CONSTRAINT chk_invitation_reminder_minutes;

ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_reminder_minutes;
