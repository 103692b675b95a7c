ALTER TABLE guilds VALIDATE CONSTRAINT chk_guild_api_token;
