-- A person with a list of members could tell from a dump whom erasure_log means: its hash had no key. The service
-- now gives the hash, under a key that no database holds, by which its request in erasures is found as well.

ALTER TABLE erasure_log
  -- squawk-ignore ban-drop-constraint -- only erase_member() and erase_guild() write the table, and a wider one follows
  DROP CONSTRAINT chk_erasure_log_subject;

-- A row of before names neither: without its hash it still says when, by which press, and how many entries.
ALTER TABLE erasure_log
  ADD CONSTRAINT chk_erasure_log_subject
    CHECK (num_nonnulls(member_key, guild_id) <= 1) NOT VALID;

UPDATE erasure_log
   SET member_key = NULL
 WHERE member_key IS NOT NULL;

-- What a dump of before says is forgotten, too: which rows members have locked.
DELETE FROM member_locks;

COMMENT ON COLUMN erasure_log.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある。サーバーの消去と、鍵のない版の消去ではNULL）';
COMMENT ON COLUMN erasures.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある）';
COMMENT ON COLUMN limits.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある）';
COMMENT ON COLUMN inbox.press_lane IS '会員と募集の組の、鍵つきハッシュ（鍵はデータベースの外にある。押した順を守る操作だけ）';
COMMENT ON COLUMN member_locks.bucket IS '会員のidの、鍵つきハッシュの一部（鍵はデータベースの外にある）';

-- What they opened is nobody else's history, so those rows go whole; what they did to others'
-- tickets stays done. Open tickets of theirs are the service's affair: it tells the events.
CREATE FUNCTION erase_member(member_id text, request_key integer) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  request numeric(20);
  own_entries integer;
  mentions integer;
BEGIN
  SELECT interaction_id
    INTO request
    FROM tickets.erasures
   WHERE member_key = request_key
     AND erased_at >= transaction_timestamp();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'No erasure of this member was requested in this transaction'
      USING ERRCODE = 'DK006';
  END IF;

  DELETE FROM tickets.requests
   WHERE user_id = member_id;

  DELETE FROM tickets.tickets
   WHERE user_id = member_id
     AND status = 'closed';

  -- Words go with who wrote them; who closed it becomes a number that is nobody's.
  UPDATE tickets.tickets
     SET closed_by = '0', close_reason = NULL
   WHERE closed_by = member_id;

  UPDATE tickets.tickets
     SET staff_id = NULL, staff_name = NULL
   WHERE staff_id = member_id
     AND status = 'closed';

  UPDATE tickets.tickets
     SET added_ids = array_remove(added_ids, member_id::varchar),
         removed_ids = array_remove(removed_ids, member_id::varchar)
   WHERE member_id = ANY (added_ids)
      OR member_id = ANY (removed_ids);

  UPDATE tickets.audit_log
     SET actor_id = '0', actor_name = '消去済み'
   WHERE actor_id = member_id;
  GET DIAGNOSTICS own_entries = ROW_COUNT;

  UPDATE tickets.audit_log
     SET details = (
       SELECT jsonb_object_agg(key, CASE value WHEN to_jsonb(member_id) THEN '"0"' ELSE value END)
         FROM jsonb_each(details))
   WHERE EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = member_id);
  GET DIAGNOSTICS mentions = ROW_COUNT;

  INSERT INTO tickets.erasure_log (member_key, interaction_id, audit_entries)
  VALUES (request_key, request, own_entries + mentions);
END
$$;

REVOKE ALL ON FUNCTION erase_member(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_member(text, integer) TO tickets;

COMMENT ON FUNCTION erase_member(text, integer) IS '会員のデータを消す（request_key は、同じトランザクションで erasures に書いた鍵つきハッシュ）';

-- For processes of the release before, which have no key. Their hash is not kept.
CREATE OR REPLACE FUNCTION erase_member(member_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM tickets.erase_member(member_id, hashtext(member_id));

  UPDATE tickets.erasure_log
     SET member_key = NULL
   WHERE member_key = hashtext(member_id);
END
$$;
