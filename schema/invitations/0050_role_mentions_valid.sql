ALTER TABLE guilds VALIDATE CONSTRAINT chk_guild_mention_roles;
ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_mention;
