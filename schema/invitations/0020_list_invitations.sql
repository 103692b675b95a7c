-- Q1 as the service asks it: a page as JSON, one line for each invitation, which nobody writes anew.
-- In functions, whose plans each connection to the server keeps: behind PgBouncer before 1.21 a
-- prepared statement does not outlive its transaction, and to plan a page costs more than to read it.

-- By idx_invitation_list. Arguments stand in sub-selects, which hide them from the planner: one plan
-- is as good for all as it looks, and kept. Of what it sees PostgreSQL believes that a LIMIT is a tenth
-- of all rows and that a rare state costs less, and plans anew (choose_custom_plan in its plancache.c).
CREATE FUNCTION list_invitations_of_tag(
  of_status text, of_tag text, at_time timestamptz, at_id text, is_before boolean, most bigint
) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
DECLARE
  page text;
BEGIN
  IF is_before THEN
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_name, max_participants, joined_count
        FROM invitations.invitations
       WHERE status = (SELECT of_status)
         AND tag = (SELECT of_tag)
         AND (start_time, id) < ((SELECT at_time), (SELECT at_id))
       ORDER BY start_time DESC, id DESC
       LIMIT (SELECT most)
      ) AS listed;
  ELSE
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_name, max_participants, joined_count
        FROM invitations.invitations
       WHERE status = (SELECT of_status)
         AND tag = (SELECT of_tag)
         AND (start_time, id) > ((SELECT at_time), (SELECT at_id))
       ORDER BY start_time, id
       LIMIT (SELECT most)
      ) AS listed;
  END IF;
  RETURN convert_to(page, 'UTF8');
END
$$;

REVOKE ALL ON FUNCTION list_invitations_of_tag FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_invitations_of_tag TO invitations;

COMMENT ON FUNCTION list_invitations_of_tag IS '1つのタグのお誘い一覧の1ページ（Q1）。1行が1件のJSON';

-- A page of each tag, of which the first are taken. No index has the times of a state in order, and to
-- look through what is over for the few that recruit takes as long as there are invitations.
CREATE FUNCTION list_invitations(
  of_status text, of_tags text [], at_time timestamptz, at_id text, is_before boolean, most bigint
) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
DECLARE
  page text;
BEGIN
  IF is_before THEN
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT of_tag.*
        FROM unnest((SELECT of_tags)) AS each (tag)
       CROSS JOIN LATERAL (
       SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
              host_name, max_participants, joined_count
         FROM invitations.invitations
        WHERE status = (SELECT of_status)
          AND tag = each.tag
          AND (start_time, id) < ((SELECT at_time), (SELECT at_id))
        ORDER BY start_time DESC, id DESC
        LIMIT (SELECT most)
       ) AS of_tag
       ORDER BY start_time DESC, id DESC
       LIMIT (SELECT most)
      ) AS listed;
  ELSE
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT of_tag.*
        FROM unnest((SELECT of_tags)) AS each (tag)
       CROSS JOIN LATERAL (
       SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
              host_name, max_participants, joined_count
         FROM invitations.invitations
        WHERE status = (SELECT of_status)
          AND tag = each.tag
          AND (start_time, id) > ((SELECT at_time), (SELECT at_id))
        ORDER BY start_time, id
        LIMIT (SELECT most)
       ) AS of_tag
       ORDER BY start_time, id
       LIMIT (SELECT most)
      ) AS listed;
  END IF;
  RETURN convert_to(page, 'UTF8');
END
$$;

REVOKE ALL ON FUNCTION list_invitations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_invitations TO invitations;

COMMENT ON FUNCTION list_invitations IS 'お誘い一覧の1ページ（Q1、複数のタグ）。1行が1件のJSON';

-- Of a value that it does not see the planner believes that a table has as much as of any, and where
-- few tags are in use it went through the times of all. So it shall think of many, at its next ANALYZE.
ALTER TABLE invitations
  ALTER COLUMN tag SET (n_distinct = 100);
