-- A member's data goes, also from the audit log, which only the owner may change.

-- What they opened is nobody else's history, so those rows go whole; what they did to others'
-- tickets stays done. Open tickets of theirs are the service's affair: it tells the events.
CREATE FUNCTION erase_member(member_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
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

  UPDATE tickets.audit_log
     SET details = (
       SELECT jsonb_object_agg(key, CASE value WHEN to_jsonb(member_id) THEN '"0"' ELSE value END)
         FROM jsonb_each(details))
   WHERE EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = member_id);
END
$$;

-- Beside the owner's default privileges, so that nobody needs to know them to see who may.
REVOKE ALL ON FUNCTION erase_member(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_member(text) TO tickets;

COMMENT ON FUNCTION erase_member(text) IS '会員のデータを消す（終わったチケットは行ごと、監査ログは名前とidだけ）';
