-- Who may do with an event what its host may. VALIDATE and the index follow in a file of its own.

ALTER TABLE invitations
  ADD COLUMN co_host_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT chk_invitation_co_hosts
    CHECK (co_host_ids::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,4})?\}$'
      AND host_id <> ALL (co_host_ids)) NOT VALID;

ALTER TABLE drafts
  ADD COLUMN co_host_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT chk_draft_co_hosts
    CHECK (co_host_ids::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,4})?\}$'
      AND host_id <> ALL (co_host_ids)) NOT VALID;

ALTER TABLE templates
  ADD COLUMN co_host_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT chk_template_co_hosts
    CHECK (co_host_ids::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,4})?\}$') NOT VALID;

COMMENT ON COLUMN invitations.co_host_ids IS '共同主催のDiscordユーザーid（主催者と同じことができ、席は取らない）';
COMMENT ON COLUMN drafts.co_host_ids IS '共同主催のDiscordユーザーid';
COMMENT ON COLUMN templates.co_host_ids IS '共同主催のDiscordユーザーid';
