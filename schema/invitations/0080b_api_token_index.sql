-- transactional: false

-- An interrupted build leaves an invalid index.
DROP INDEX CONCURRENTLY IF EXISTS idx_guild_api_token;

-- squawk-ignore ban-concurrent-index-creation-in-transaction -- .squawk.toml assumes one; the first line says none
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS idx_guild_api_token
  ON guilds (api_token_sha256)
 WHERE api_token_sha256 IS NOT NULL;
