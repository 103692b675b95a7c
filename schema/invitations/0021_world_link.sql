-- A world link is one address from its beginning to its end: `https://x`, a line break and
-- `javascript:` passed the first form of the rule. VALIDATE follows in a file of its own.

ALTER TABLE invitations
  -- squawk-ignore ban-drop-constraint -- the new rule guarantees more
  DROP CONSTRAINT chk_invitation_world_link,
  ADD CONSTRAINT chk_invitation_world_link
    CHECK (world_link IS NULL OR world_link ~* '^https://[^[:space:][:cntrl:]]+$') NOT VALID;

ALTER TABLE drafts
  -- squawk-ignore ban-drop-constraint -- the new rule guarantees more
  DROP CONSTRAINT chk_draft_world_link,
  ADD CONSTRAINT chk_draft_world_link
    CHECK (world_link IS NULL OR world_link ~* '^https://[^[:space:][:cntrl:]]+$') NOT VALID;
