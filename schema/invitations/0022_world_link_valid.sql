-- In a transaction of its own: the look over all rows then holds up nobody who writes. No service
-- has ever stored such a link; one that was written by hand must not stop the migration.

UPDATE invitations
   SET world_link = NULL
 WHERE world_link !~* '^https://[^[:space:][:cntrl:]]+$';

UPDATE drafts
   SET world_link = NULL
 WHERE world_link !~* '^https://[^[:space:][:cntrl:]]+$';

ALTER TABLE invitations VALIDATE CONSTRAINT chk_invitation_world_link;

ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_world_link;
