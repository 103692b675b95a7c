-- Whom hosts may mention when they post an event, and whom a draft mentions. VALIDATE follows in a file of its own.

ALTER TABLE guilds
  ADD COLUMN mention_role_ids VARCHAR(20)[] NOT NULL DEFAULT '{}',
  ADD COLUMN mentions_everyone BOOLEAN NOT NULL DEFAULT FALSE,
  ADD CONSTRAINT chk_guild_mention_roles
    CHECK (mention_role_ids::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,9})?\}$') NOT VALID;

ALTER TABLE drafts
  ADD COLUMN mention VARCHAR(20) NOT NULL DEFAULT 'nobody',
  ADD CONSTRAINT chk_draft_mention
    CHECK (mention ~ '^([0-9]{1,20}|nobody|everyone|here)$') NOT VALID;

COMMENT ON COLUMN guilds.mention_role_ids IS '募集の投稿でメンションできるロール（空ならなし）';
COMMENT ON COLUMN guilds.mentions_everyone IS '募集の投稿で@everyoneと@hereにメンションできるか';
COMMENT ON COLUMN drafts.mention IS '投稿のときにメンションする相手（nobody、everyone、here、またはロールのid）';
