-- What an erased member wrote in free words goes from the audit log too: why they called an event off.

-- Where a count or another's history needs the row, an id that begins with 0 takes the member's place:
-- no id of Discord's does. Open invitations are the service's affair: it tells the events.
CREATE OR REPLACE FUNCTION erase_member(member_id text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
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

  UPDATE invitations.audit_log
     SET details = (
       SELECT jsonb_object_agg(key, CASE value WHEN to_jsonb(member_id) THEN '"0"' ELSE value END)
         FROM jsonb_each(details))
   WHERE EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = member_id);

  DELETE FROM invitations.reminder_opt_outs
   WHERE user_id = member_id;

  DELETE FROM invitations.calendars
   WHERE owner_kind = 'member'
     AND owner_id = member_id;
END
$$;
