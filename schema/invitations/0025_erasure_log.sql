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
REVOKE INSERT, UPDATE, DELETE ON erasure_log FROM invitations;

COMMENT ON TABLE erasure_log IS '消去の控え（erase_member だけが書く。サービスは変更も削除もできない）';
COMMENT ON COLUMN erasure_log.member_key IS '会員のidのハッシュ（idそのものは残さない）';
COMMENT ON COLUMN erasure_log.interaction_id IS '消去を求めた操作のid（操作によらないものは0）';
COMMENT ON COLUMN erasure_log.audit_entries IS '監査ログで名前やidを消した行の数';

-- Where a count or another's history needs the row, an id that begins with 0 takes the member's place:
-- no id of Discord's does. Open invitations are the service's affair: it tells the events.
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
    FROM invitations.erasures
   WHERE member_key = hashtext(member_id)
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
  VALUES (hashtext(member_id), request, own_entries + mentions);
END
$$;
