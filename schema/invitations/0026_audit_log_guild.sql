-- Staff read the log of their own guild alone, so an entry names its guild, and an index can begin with it.

ALTER TABLE audit_log
  ADD COLUMN guild_id VARCHAR(20),
  ADD CONSTRAINT chk_audit_log_guild_id
    CHECK (guild_id ~ '^[0-9]{1,20}$') NOT VALID;

COMMENT ON COLUMN audit_log.guild_id IS 'サーバーのDiscord ID（お誘いのもの。お誘いに関わらない行は補足が示す）';

-- In the schema, not in the service: the release before writes entries too, and no statement can put an entry
-- about an invitation into another guild's log.
CREATE FUNCTION set_audit_log_guild()
RETURNS TRIGGER LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.guild_id := COALESCE(
    (SELECT guild_id FROM invitations.invitations WHERE id = NEW.invitation_id),
    NEW.guild_id,
    NEW.details->>'guild_id'
  );
  RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION set_audit_log_guild FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_audit_log_guild TO invitations;

CREATE TRIGGER trg_audit_log_guild
BEFORE INSERT ON audit_log
FOR EACH ROW EXECUTE FUNCTION set_audit_log_guild();
