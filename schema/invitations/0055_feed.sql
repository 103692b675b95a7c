-- The public events of thirty days, under numbers without a gap, in the order in which they were published. The
-- relay numbers a batch in a transaction that has committed before RabbitMQ gets the first message of it: so an event
-- keeps its number however often it is published, and a number is seen only after all lower ones.

CREATE TABLE feed (
  sequence bigint PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE,
  name text NOT NULL,
  guild_id text,
  members text[] NOT NULL,
  body text NOT NULL,
  numbered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- For the erasure of a member, and for what is still to be erased.
CREATE INDEX idx_feed_members
  ON feed USING gin (members);
CREATE INDEX idx_feed_erasures
  ON feed (sequence)
  WHERE name = 'invitations.MemberErased';

-- The highest number that was given; it stays when the events themselves are deleted.
CREATE TABLE feed_head (
  is_only boolean PRIMARY KEY DEFAULT TRUE,
  last_sequence bigint NOT NULL DEFAULT 0,

  CONSTRAINT chk_feed_head_only CHECK (is_only)
);

INSERT INTO feed_head DEFAULT VALUES;
REVOKE INSERT, DELETE ON feed_head FROM invitations;

-- Takes what is known of rows of the outbox, as [{"id": 1, "guild_id": "2", "members": ["3"]}], and returns the number
-- of each. Each statement has a snapshot of its own: what waited for the lock sees what was numbered meanwhile.
CREATE FUNCTION number_events(events jsonb) RETURNS TABLE (outbox_id bigint, sequence bigint)
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT feed_head.last_sequence
    FROM feed_head
     FOR UPDATE;

  WITH unnumbered AS (
    SELECT outbox.message_id, outbox.routing_key, outbox.body, event.guild_id, event.members,
           row_number() OVER (ORDER BY outbox.id) AS place,
           count(*) OVER () AS number
      FROM jsonb_to_recordset(events) AS event (id bigint, guild_id text, members text[])
      JOIN outbox ON outbox.id = event.id
     WHERE NOT EXISTS (SELECT FROM feed WHERE feed.message_id = outbox.message_id)
  ), head AS (
    UPDATE feed_head
       SET last_sequence = feed_head.last_sequence + COALESCE((SELECT max(unnumbered.number) FROM unnumbered), 0)
    RETURNING feed_head.last_sequence
  )
  INSERT INTO feed (sequence, message_id, name, guild_id, members, body)
  SELECT head.last_sequence - unnumbered.number + unnumbered.place, unnumbered.message_id, unnumbered.routing_key,
         unnumbered.guild_id, unnumbered.members, unnumbered.body
    FROM unnumbered
   CROSS JOIN head;

  SELECT outbox.id, feed.sequence
    FROM jsonb_to_recordset(events) AS event (id bigint)
    JOIN outbox ON outbox.id = event.id
    JOIN feed ON feed.message_id = outbox.message_id;
END;

COMMENT ON TABLE feed IS '公開イベントの記録（30日間。番号は欠けずに増える。消去された会員の名前は書き換える）';
COMMENT ON COLUMN feed.sequence IS '番号（公開の順。1ずつ増える）';
COMMENT ON COLUMN feed.message_id IS 'メッセージID（封筒のid）';
COMMENT ON COLUMN feed.members IS '本文に出てくる会員のID（消去のため）';
COMMENT ON COLUMN feed.body IS '封筒のJSON（平文の秘密を含まない）';
COMMENT ON COLUMN feed.numbered_at IS '番号をつけた時刻（古い記録の掃除に使う）';
COMMENT ON TABLE feed_head IS '最後につけた番号（この1行をロックしたプロセスだけが番号をつける）';
COMMENT ON FUNCTION number_events(jsonb) IS 'outboxのイベントに番号をつけて記録し、その番号を返す（二度目も同じ番号）';

-- Otherwise the function is that of 0054. Numbers of a guild that is erased are missing in the feed.
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

  DELETE FROM invitations.templates
   WHERE guild_id = erased_id;

  -- Their participants go with them.
  DELETE FROM invitations.invitations
   WHERE guild_id = erased_id;

  DELETE FROM invitations.calendars
   WHERE owner_kind = 'guild'
     AND owner_id = erased_id;

  DELETE FROM invitations.feed
   WHERE guild_id = erased_id;

  DELETE FROM invitations.guilds
   WHERE guild_id = erased_id;

  INSERT INTO invitations.erasure_log (guild_id, interaction_id, audit_entries)
  VALUES (erased_id, 0, entries);
END
$$;
