-- Staff read the log of their own guild alone, so an entry names its guild: a ticket may be erased before it.

ALTER TABLE audit_log
  ADD COLUMN guild_id VARCHAR(20),
  ADD CONSTRAINT chk_audit_log_guild_id
    CHECK (guild_id ~ '^[0-9]{1,20}$') NOT VALID;

COMMENT ON COLUMN audit_log.guild_id IS 'サーバーのDiscord ID（チケットのもの。チケットに関わらない行は補足が示す）';

-- In the schema, not in the service: the release before writes entries too, and no statement can put an entry
-- about a ticket into another guild's log.
CREATE FUNCTION set_audit_log_guild()
RETURNS TRIGGER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.guild_id := COALESCE(
    (SELECT guild_id FROM tickets.tickets WHERE id = NEW.ticket_id),
    NEW.guild_id,
    NEW.details->>'guild_id'
  );
  RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION set_audit_log_guild FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_audit_log_guild TO tickets;

CREATE TRIGGER trg_audit_log_guild
BEFORE INSERT ON audit_log
FOR EACH ROW EXECUTE FUNCTION set_audit_log_guild();

-- Entries about erased tickets have no guild, and name nobody any more.
CREATE OR REPLACE FUNCTION erase_guild(erased_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entries integer;
BEGIN
  DELETE FROM tickets.audit_log
   WHERE guild_id = erased_id
      OR details->>'guild_id' = erased_id
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
