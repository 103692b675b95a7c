-- The token with which programs read a guild from the API, by its hash. VALIDATE follows in a file of its own.

ALTER TABLE guilds
  ADD COLUMN has_api_token BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN api_token_sha256 VARCHAR(64),
  ADD CONSTRAINT chk_guild_api_token CHECK (api_token_sha256 ~ '^[0-9a-f]{64}$') NOT VALID;
COMMENT ON COLUMN guilds.api_token_sha256 IS 'HTTP APIのトークンのSHA-256（NULLなら無効）';
COMMENT ON COLUMN guilds.has_api_token IS 'HTTP APIのトークンがあるか';
