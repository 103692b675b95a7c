-- Reminders besides the usual one, with the host's words; and up to which moment they were sent. VALIDATE follows in a file
-- of its own.

ALTER TABLE invitations
  ADD COLUMN more_reminders JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN reminded_until TIMESTAMPTZ(3),
  ADD CONSTRAINT chk_invitation_more_reminders
    CHECK (CASE jsonb_typeof(more_reminders)
      WHEN 'array' THEN jsonb_array_length(more_reminders) <= 3 ELSE FALSE END) NOT VALID;

ALTER TABLE drafts
  ADD COLUMN more_reminders JSONB NOT NULL DEFAULT '[]',
  ADD CONSTRAINT chk_draft_more_reminders
    CHECK (CASE jsonb_typeof(more_reminders)
      WHEN 'array' THEN jsonb_array_length(more_reminders) <= 3 ELSE FALSE END) NOT VALID;

ALTER TABLE templates
  ADD COLUMN more_reminders JSONB NOT NULL DEFAULT '[]',
  ADD CONSTRAINT chk_template_more_reminders
    CHECK (CASE jsonb_typeof(more_reminders)
      WHEN 'array' THEN jsonb_array_length(more_reminders) <= 3 ELSE FALSE END) NOT VALID;

COMMENT ON COLUMN invitations.more_reminders IS 'ほかのリマインダー（[{minutes, text}]。主催者の文。秘密は入れない）';
COMMENT ON COLUMN invitations.reminded_until IS '最後に送ったリマインダーの予定の時刻（未送信はNULL）';
COMMENT ON COLUMN drafts.more_reminders IS 'ほかのリマインダー';
COMMENT ON COLUMN templates.more_reminders IS 'ほかのリマインダー';

-- A co-host who is erased goes out of every row, and the words of an erased host go. Otherwise the function is that of 0040.
CREATE OR REPLACE FUNCTION erase_member(member_id text, request_key integer) RETURNS void
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
     SET host_id = '0', host_name = '消去済み', description = '（消去済み）', cancel_reason = NULL,
         more_reminders = '[]'
   WHERE host_id = member_id
     AND status IN ('completed', 'cancelled');

  UPDATE invitations.invitations
     SET staff_id = NULL, staff_name = NULL
   WHERE staff_id = member_id
     AND status IN ('completed', 'cancelled');

  UPDATE invitations.invitations
     SET co_host_ids = array_remove(co_host_ids, member_id)
   WHERE co_host_ids @> ARRAY[member_id]::varchar[]
     AND status IN ('completed', 'cancelled');

  UPDATE invitations.drafts
     SET co_host_ids = array_remove(co_host_ids, member_id)
   WHERE co_host_ids @> ARRAY[member_id]::varchar[];

  UPDATE invitations.templates
     SET co_host_ids = array_remove(co_host_ids, member_id)
   WHERE co_host_ids @> ARRAY[member_id]::varchar[];

  -- A published draft stays for a while, so that a second announcement of it is known for what it is.
  UPDATE invitations.drafts
     SET host_id = '0', host_name = '消去済み', description = '（消去済み）', more_reminders = '[]'
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
