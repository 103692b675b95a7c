-- The tags of a guild; an event keeps the one it was announced with. VALIDATE follows in a file of its own.

ALTER TABLE guilds
  ADD COLUMN tags VARCHAR(16)[] NOT NULL DEFAULT '{観光,ゲーム,まったり,撮影会,イベント,その他}',
  ADD CONSTRAINT chk_guild_tags
    CHECK (cardinality(tags) >= 1 AND cardinality(tags) <= 20 AND array_position(tags, NULL) IS NULL) NOT VALID;
COMMENT ON COLUMN guilds.tags IS '募集のタグ（主催者に見せる順）';

ALTER TABLE invitations
  -- squawk-ignore ban-drop-constraint -- the next line puts a wider one in its place
  DROP CONSTRAINT chk_invitation_tag,
  ADD CONSTRAINT chk_invitation_tag
    CHECK (invitations.is_one_line(tag) AND char_length(tag) <= 16 AND strpos(tag, ':') = 0) NOT VALID;
ALTER TABLE drafts
  -- squawk-ignore ban-drop-constraint -- the next line puts a wider one in its place
  DROP CONSTRAINT chk_draft_tag,
  ADD CONSTRAINT chk_draft_tag
    CHECK (invitations.is_one_line(tag) AND char_length(tag) <= 16 AND strpos(tag, ':') = 0) NOT VALID;
ALTER TABLE templates
  -- squawk-ignore ban-drop-constraint -- the next line puts a wider one in its place
  DROP CONSTRAINT chk_template_tag,
  ADD CONSTRAINT chk_template_tag
    CHECK (invitations.is_one_line(tag) AND char_length(tag) <= 16 AND strpos(tag, ':') = 0) NOT VALID;

-- A page of all tags reads idx_invitation_soonest. For a state as an equality, the planner takes an index of times alone where
-- rows were stored in the order of their times, and reads past those of other states. The release before names the tags that it knows.
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
      SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
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
      SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
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
COMMENT ON FUNCTION list_invitations(text, text [], timestamptz, text, boolean, bigint)
IS 'お誘い一覧の1ページ（Q1、タグがNULLならすべて）。1行が1件のJSON';
