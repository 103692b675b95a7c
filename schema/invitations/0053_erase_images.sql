-- A guild that is erased takes its pictures along: the daily clean-up would leave them for up to two days. Otherwise the
-- function is that of 0030.

CREATE OR REPLACE FUNCTION erase_guild(erased_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entries integer;
BEGIN
  DELETE FROM invitations.audit_log
   WHERE details->>'guild_id' = erased_id
      OR invitation_id IN (SELECT id FROM invitations.invitations WHERE guild_id = erased_id);
  GET DIAGNOSTICS entries = ROW_COUNT;

  DELETE FROM invitations.repetitions
   WHERE request_id IN (
     SELECT request_id FROM invitations.drafts WHERE guild_id = erased_id
      UNION ALL
     SELECT request_id FROM invitations.invitations WHERE guild_id = erased_id);

  DELETE FROM invitations.images
   WHERE request_id IN (
     SELECT request_id FROM invitations.drafts WHERE guild_id = erased_id
      UNION ALL
     SELECT request_id FROM invitations.invitations WHERE guild_id = erased_id)
      OR invitation_id IN (SELECT id FROM invitations.invitations WHERE guild_id = erased_id);

  DELETE FROM invitations.drafts
   WHERE guild_id = erased_id;

  -- Their participants go with them.
  DELETE FROM invitations.invitations
   WHERE guild_id = erased_id;

  DELETE FROM invitations.calendars
   WHERE owner_kind = 'guild'
     AND owner_id = erased_id;

  DELETE FROM invitations.guilds
   WHERE guild_id = erased_id;

  INSERT INTO invitations.erasure_log (guild_id, interaction_id, audit_entries)
  VALUES (erased_id, 0, entries);
END
$$;
