-- An erasure needs the request that its transaction has recorded, and leaves a trace that the service cannot
-- change: before, the service's role could rename the actor of any audit entry unseen.

CREATE TABLE erasure_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  erased_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  member_key integer NOT NULL,
  interaction_id numeric(20) NOT NULL,
  audit_entries integer NOT NULL
);

-- Only erase_member() writes it, as the owner.
REVOKE INSERT, UPDATE, DELETE ON erasure_log FROM tickets;

COMMENT ON TABLE erasure_log IS '消去の控え（erase_member だけが書く。サービスは変更も削除もできない）';
COMMENT ON COLUMN erasure_log.member_key IS '会員のidのハッシュ（idそのものは残さない）';
COMMENT ON COLUMN erasure_log.interaction_id IS '消去を求めた操作のid（操作によらないものは0）';
COMMENT ON COLUMN erasure_log.audit_entries IS '監査ログで名前やidを消した行の数';

-- What they opened is nobody else's history, so those rows go whole; what they did to others'
-- tickets stays done. Open tickets of theirs are the service's affair: it tells the events.
CREATE OR REPLACE FUNCTION erase_member(member_id text) RETURNS void
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
   WHERE member_key = hashtext(member_id)
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
  VALUES (hashtext(member_id), request, own_entries + mentions);
END
$$;
