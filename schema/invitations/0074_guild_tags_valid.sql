ALTER TABLE guilds VALIDATE CONSTRAINT chk_guild_tags;
ALTER TABLE invitations VALIDATE CONSTRAINT chk_invitation_tag;
ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_tag;
ALTER TABLE templates VALIDATE CONSTRAINT chk_template_tag;
