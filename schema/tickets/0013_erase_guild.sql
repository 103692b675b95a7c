-- The operator erases what is stored about a guild that no longer uses the bot; see invitations/0030.

ALTER TABLE erasure_log
  ADD COLUMN guild_id VARCHAR(20),
  -- squawk-ignore ban-drop-not-null -- no service reads the column, and only erase_member() writes it
  ALTER COLUMN member_key DROP NOT NULL,
  ADD CONSTRAINT chk_erasure_log_subject
    CHECK (num_nonnulls(member_key, guild_id) = 1) NOT VALID;

COMMENT ON TABLE erasure_log IS '消去の控え（erase_member と erase_guild だけが書く。サービスは変更も削除もできない）';
COMMENT ON COLUMN erasure_log.member_key IS '会員のidのハッシュ（idそのものは残さない。サーバーの消去ではNULL）';
COMMENT ON COLUMN erasure_log.guild_id IS '消去したサーバーのDiscordのid（会員の消去ではNULL）';
COMMENT ON COLUMN erasure_log.audit_entries IS '監査ログで名前やidを消した行、またはサーバーごと消した行の数';

CREATE FUNCTION erase_guild(erased_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entries integer;
BEGIN
  DELETE FROM tickets.audit_log
   WHERE details->>'guild_id' = erased_id
      OR ticket_id IN (SELECT id FROM tickets.tickets WHERE guild_id = erased_id);
  GET DIAGNOSTICS entries = ROW_COUNT;

  DELETE FROM tickets.tickets
   WHERE guild_id = erased_id;

  DELETE FROM tickets.requests
   WHERE guild_id = erased_id;

  DELETE FROM tickets.guilds
   WHERE guild_id = erased_id;

  INSERT INTO tickets.erasure_log (guild_id, interaction_id, audit_entries)
  VALUES (erased_id, 0, entries);
END
$$;

REVOKE ALL ON FUNCTION erase_guild FROM tickets;

COMMENT ON FUNCTION erase_guild IS 'サーバーのデータをすべて消す（運用者だけが使う。サービスの役割からは呼べない）';
