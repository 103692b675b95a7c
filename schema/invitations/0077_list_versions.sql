-- A line of the lists names the version of its invitation; nothing else changes. The release before ignores it.

CREATE OR REPLACE FUNCTION list_invitations_of_tag(
  of_status text, of_tag text, at_time timestamptz, at_id text, is_before boolean, most bigint
) RETURNS bytea
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  page text;
BEGIN
  IF is_before THEN
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_id, host_name, max_participants, joined_count,
             COALESCE(announcement_id, id) AS announcement_id,
             opening_time, cutoff_time, sign_up_announced,
             status IN ('recruiting', 'full')
             AND start_time <= GREATEST(statement_timestamp(), start_announced)
             AND end_time > statement_timestamp() AS is_under_way
        FROM invitations.invitations
       WHERE status = (SELECT of_status)
         AND tag = (SELECT of_tag)
         AND (start_time, id) < ((SELECT at_time), (SELECT at_id))
         AND (guild_id IN (SELECT guilds.guild_id FROM invitations.guilds WHERE guilds.is_listed)) IS TRUE
       ORDER BY start_time DESC, id DESC
       LIMIT (SELECT most)
      ) AS listed;
  ELSE
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_id, host_name, max_participants, joined_count,
             COALESCE(announcement_id, id) AS announcement_id,
             opening_time, cutoff_time, sign_up_announced,
             status IN ('recruiting', 'full')
             AND start_time <= GREATEST(statement_timestamp(), start_announced)
             AND end_time > statement_timestamp() AS is_under_way
        FROM invitations.invitations
       WHERE status = (SELECT of_status)
         AND tag = (SELECT of_tag)
         AND (start_time, id) > ((SELECT at_time), (SELECT at_id))
         AND (guild_id IN (SELECT guilds.guild_id FROM invitations.guilds WHERE guilds.is_listed)) IS TRUE
       ORDER BY start_time, id
       LIMIT (SELECT most)
      ) AS listed;
  END IF;
  RETURN convert_to(page, 'UTF8');
END
$$;

CREATE OR REPLACE FUNCTION list_invitations(
  of_status text, of_tags text [], at_time timestamptz, at_id text, is_before boolean, most bigint
) RETURNS bytea
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  page text;
BEGIN
  IF is_before THEN
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_id, host_name, max_participants, joined_count,
             COALESCE(announcement_id, id) AS announcement_id,
             opening_time, cutoff_time, sign_up_announced,
             status IN ('recruiting', 'full')
             AND start_time <= GREATEST(statement_timestamp(), start_announced)
             AND end_time > statement_timestamp() AS is_under_way
        FROM invitations.invitations
       WHERE (status, start_time, id) < ((SELECT of_status), (SELECT at_time), (SELECT at_id))
         AND status >= (SELECT of_status)
         AND (of_tags IS NULL OR tag = ANY (of_tags))
         AND (guild_id IN (SELECT guilds.guild_id FROM invitations.guilds WHERE guilds.is_listed)) IS TRUE
       ORDER BY status DESC, start_time DESC, id DESC
       LIMIT (SELECT most)
      ) AS listed;
  ELSE
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_id, host_name, max_participants, joined_count,
             COALESCE(announcement_id, id) AS announcement_id,
             opening_time, cutoff_time, sign_up_announced,
             status IN ('recruiting', 'full')
             AND start_time <= GREATEST(statement_timestamp(), start_announced)
             AND end_time > statement_timestamp() AS is_under_way
        FROM invitations.invitations
       WHERE (status, start_time, id) > ((SELECT of_status), (SELECT at_time), (SELECT at_id))
         AND status <= (SELECT of_status)
         AND (of_tags IS NULL OR tag = ANY (of_tags))
         AND (guild_id IN (SELECT guilds.guild_id FROM invitations.guilds WHERE guilds.is_listed)) IS TRUE
       ORDER BY status, start_time, id
       LIMIT (SELECT most)
      ) AS listed;
  END IF;
  RETURN convert_to(page, 'UTF8');
END
$$;
