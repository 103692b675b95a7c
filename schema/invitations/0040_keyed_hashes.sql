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

-- Where a count or another's history needs the row, an id that begins with 0 takes the member's place:
-- no id of Discord's does. Open invitations are the service's affair: it tells the events.
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
    FROM invitations.erasures
   WHERE member_key = request_key
     AND erased_at >= transaction_timestamp();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'No erasure of this member was requested in this transaction'
      USING ERRCODE = 'DK006';
  END IF;

  UPDATE invitations.participants
     SET user_id = '0' || participants.id, user_name = '消去済み'
    FROM invitations.invitations
   WHERE participants.user_id = member_id
     AND invitations.id = participants.invitation_id
     AND invitations.status IN ('completed', 'cancelled');

  UPDATE invitations.invitations
     SET host_id = '0', host_name = '消去済み', description = '（消去済み）', cancel_reason = NULL
   WHERE host_id = member_id
     AND status IN ('completed', 'cancelled');

  UPDATE invitations.invitations
     SET staff_id = NULL, staff_name = NULL
   WHERE staff_id = member_id
     AND status IN ('completed', 'cancelled');

  -- A published draft stays for a while, so that a second announcement of it is known for what it is.
  UPDATE invitations.drafts
     SET host_id = '0', host_name = '消去済み', description = '（消去済み）'
   WHERE host_id = member_id
     AND invitation_id IS NOT NULL;

  UPDATE invitations.audit_log
     SET actor_id = '0', actor_name = '消去済み', details = details - 'reason'
   WHERE actor_id = member_id;
  GET DIAGNOSTICS own_entries = ROW_COUNT;

  UPDATE invitations.audit_log
     SET details = (
       SELECT jsonb_object_agg(key, CASE value WHEN to_jsonb(member_id) THEN '"0"' ELSE value END)
         FROM jsonb_each(details))
   WHERE EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = member_id);
  GET DIAGNOSTICS mentions = ROW_COUNT;

  DELETE FROM invitations.reminder_opt_outs
   WHERE user_id = member_id;

  DELETE FROM invitations.calendars
   WHERE owner_kind = 'member'
     AND owner_id = member_id;

  INSERT INTO invitations.erasure_log (member_key, interaction_id, audit_entries)
  VALUES (request_key, request, own_entries + mentions);
END
$$;

REVOKE ALL ON FUNCTION erase_member(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_member(text, integer) TO invitations;

COMMENT ON FUNCTION erase_member(text, integer) IS '会員のデータを消す（request_key は、同じトランザクションで erasures に書いた鍵つきハッシュ）';

-- For processes of the release before, which have no key. Their hash is not kept.
CREATE OR REPLACE FUNCTION erase_member(member_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM invitations.erase_member(member_id, hashtext(member_id));

  UPDATE invitations.erasure_log
     SET member_key = NULL
   WHERE member_key = hashtext(member_id);
END
$$;
