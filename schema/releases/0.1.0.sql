-- The whole schema of release 0.1.0 and the marks of its migrations, for an empty database of
-- a server with the roles of roles.sql. Written by `make snapshot`; upgrades are tested from it.
SET check_function_bodies = false;
CREATE SCHEMA invitations;
ALTER SCHEMA invitations OWNER TO doukikai_owner;
CREATE SCHEMA migrations;
ALTER SCHEMA migrations OWNER TO doukikai_owner;
CREATE SCHEMA scheduler;
ALTER SCHEMA scheduler OWNER TO doukikai_owner;
CREATE SCHEMA tickets;
ALTER SCHEMA tickets OWNER TO doukikai_owner;
CREATE FUNCTION invitations.count_seats_taken() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE invitations.invitations
       SET joined_count = joined_count + change.seats,
           waitlisted_count = waitlisted_count + change.waiting
      FROM (
        SELECT invitation_id,
               count(*) FILTER (WHERE status = 'joined') AS seats,
               count(*) FILTER (WHERE status = 'waitlisted') AS waiting
          FROM after
         GROUP BY invitation_id
      ) AS change
     WHERE id = change.invitation_id
       AND (change.seats, change.waiting) <> (0, 0);
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE invitations.invitations
       SET joined_count = joined_count - change.seats,
           waitlisted_count = waitlisted_count - change.waiting
      FROM (
        SELECT invitation_id,
               count(*) FILTER (WHERE status = 'joined') AS seats,
               count(*) FILTER (WHERE status = 'waitlisted') AS waiting
          FROM before
         GROUP BY invitation_id
      ) AS change
     WHERE id = change.invitation_id
       AND (change.seats, change.waiting) <> (0, 0);
  ELSIF EXISTS (SELECT FROM after) THEN
    UPDATE invitations.invitations
       SET joined_count = joined_count + change.seats,
           waitlisted_count = waitlisted_count + change.waiting
      FROM (
        SELECT invitation_id,
               sum(sign * (status = 'joined')::integer) AS seats,
               sum(sign * (status = 'waitlisted')::integer) AS waiting
          FROM (
            SELECT -1 AS sign, invitation_id, status FROM before
            UNION ALL
            SELECT 1, invitation_id, status FROM after
          ) AS part
         GROUP BY invitation_id
      ) AS change
     WHERE id = change.invitation_id
       AND (change.seats, change.waiting) <> (0, 0);
  END IF;
  RETURN NULL;
END
$$;
ALTER FUNCTION invitations.count_seats_taken() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.longest_transaction() RETURNS interval
    LANGUAGE sql IMMUTABLE
    RETURN '00:01:00'::interval;
ALTER FUNCTION invitations.longest_transaction() OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.longest_transaction() IS 'サービスのトランザクションが開いていてよい時間（正しいものは数秒で終わる）';
CREATE FUNCTION invitations.end_old_transactions() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
 SELECT count(*) FILTER (WHERE pg_terminate_backend(pg_stat_activity.pid)) AS count
    FROM pg_stat_activity
   WHERE ((pg_stat_activity.datname = current_database()) AND (pg_stat_activity.pid <> pg_backend_pid()) AND (pg_stat_activity.usename = ANY (ARRAY['invitations'::name, 'tickets'::name, 'scheduler'::name, 'monitoring'::name])) AND (pg_stat_activity.xact_start < (clock_timestamp() - invitations.longest_transaction())));
END;
ALTER FUNCTION invitations.end_old_transactions() OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.end_old_transactions() IS 'サービスの役割が開いたままにしたトランザクションを、接続ごと終わらせる（終わらせた数を返す）';
CREATE FUNCTION invitations.erase_guild(erased_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
ALTER FUNCTION invitations.erase_guild(erased_id text) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.erase_guild(erased_id text) IS 'サーバーのデータをすべて消す（運用者だけが使う。サービスの役割からは呼べない）';
CREATE FUNCTION invitations.erase_member(member_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM invitations.erase_member(member_id, hashtext(member_id));
  UPDATE invitations.erasure_log
     SET member_key = NULL
   WHERE member_key = hashtext(member_id);
END
$$;
ALTER FUNCTION invitations.erase_member(member_id text) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.erase_member(member_id text) IS '会員のデータを消す（最終状態の行と監査ログも。人数は残す）';
CREATE FUNCTION invitations.erase_member(member_id text, request_key integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
ALTER FUNCTION invitations.erase_member(member_id text, request_key integer) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.erase_member(member_id text, request_key integer) IS '会員のデータを消す（request_key は、同じトランザクションで erasures に書いた鍵つきハッシュ）';
CREATE FUNCTION invitations.follow_seats_taken() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- Depth 1 is a statement of somebody's own; the seats are counted by a trigger, deeper down.
  IF (NEW.joined_count, NEW.waitlisted_count) <> (OLD.joined_count, OLD.waitlisted_count)
    AND pg_trigger_depth() = 1
  THEN
    RAISE EXCEPTION 'joined_count and waitlisted_count follow the participants and cannot be set'
      USING ERRCODE = 'DK003';
  END IF;
  -- A new id cascades into participants, and each of them is counted anew under it.
  IF NEW.id <> OLD.id THEN
    NEW.joined_count = 0;
    NEW.waitlisted_count = 0;
  END IF;
  IF NEW.status IN ('recruiting', 'full')
    AND (NEW.joined_count, NEW.max_participants) <> (OLD.joined_count, OLD.max_participants)
  THEN
    NEW.status = CASE
      WHEN NEW.joined_count >= NEW.max_participants THEN 'full' ELSE 'recruiting' END;
  END IF;
  RETURN NEW;
END
$$;
ALTER FUNCTION invitations.follow_seats_taken() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.is_one_line(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((value !~ '[\n\r\v\f\u0085\u2028\u2029]'::text) AND (value ~ '[^\s\u0085\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\u3164\ufeff]'::text));
ALTER FUNCTION invitations.is_one_line(value text) OWNER TO doukikai_owner;
CREATE FUNCTION invitations.keep_participant_times() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.joined_at = CASE
    WHEN NEW.status = 'joined' THEN COALESCE(NEW.joined_at, clock_timestamp()) END;
  IF NEW.status <> 'waitlisted' THEN
    NEW.waitlisted_at = NULL;
  ELSIF NEW.waitlisted_at IS NULL THEN
    NEW.waitlisted_at = GREATEST(clock_timestamp(), (
      SELECT max(waitlisted_at) + INTERVAL '1 millisecond'
        FROM invitations.participants
       WHERE invitation_id = NEW.invitation_id
         AND status = 'waitlisted'));
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.updated_at = CURRENT_TIMESTAMP;
  END IF;
  RETURN NEW;
END
$$;
ALTER FUNCTION invitations.keep_participant_times() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.list_invitations(of_status text, of_tags text[], at_time timestamp with time zone, at_id text, is_before boolean, most bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  page text;
BEGIN
  IF is_before THEN
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
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
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
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
ALTER FUNCTION invitations.list_invitations(of_status text, of_tags text[], at_time timestamp with time zone, at_id text, is_before boolean, most bigint) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.list_invitations(of_status text, of_tags text[], at_time timestamp with time zone, at_id text, is_before boolean, most bigint) IS 'お誘い一覧の1ページ（Q1、タグがNULLならすべて）。1行が1件のJSON';
CREATE FUNCTION invitations.list_invitations_of_tag(of_status text, of_tag text, at_time timestamp with time zone, at_id text, is_before boolean, most bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  page text;
BEGIN
  IF is_before THEN
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_id, host_name, max_participants, joined_count,
             COALESCE(announcement_id, id) AS announcement_id,
             opening_time, cutoff_time, sign_up_announced,
             status IN ('recruiting', 'full')
             AND start_time <= GREATEST(statement_timestamp(), start_announced)
             AND end_time > statement_timestamp() AS is_under_way
        FROM invitations.invitations
       WHERE status = (SELECT of_status)
         AND tag = (SELECT of_tag)
         AND (start_time, id) < ((SELECT at_time), (SELECT at_id))
         AND (guild_id IN (SELECT guilds.guild_id FROM invitations.guilds WHERE guilds.is_listed)) IS TRUE
       ORDER BY start_time DESC, id DESC
       LIMIT (SELECT most)
      ) AS listed;
  ELSE
    SELECT string_agg(row_to_json(listed)::text, E'\n')
      INTO page
      FROM (
      SELECT id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
             host_id, host_name, max_participants, joined_count,
             COALESCE(announcement_id, id) AS announcement_id,
             opening_time, cutoff_time, sign_up_announced,
             status IN ('recruiting', 'full')
             AND start_time <= GREATEST(statement_timestamp(), start_announced)
             AND end_time > statement_timestamp() AS is_under_way
        FROM invitations.invitations
       WHERE status = (SELECT of_status)
         AND tag = (SELECT of_tag)
         AND (start_time, id) > ((SELECT at_time), (SELECT at_id))
         AND (guild_id IN (SELECT guilds.guild_id FROM invitations.guilds WHERE guilds.is_listed)) IS TRUE
       ORDER BY start_time, id
       LIMIT (SELECT most)
      ) AS listed;
  END IF;
  RETURN convert_to(page, 'UTF8');
END
$$;
ALTER FUNCTION invitations.list_invitations_of_tag(of_status text, of_tag text, at_time timestamp with time zone, at_id text, is_before boolean, most bigint) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.list_invitations_of_tag(of_status text, of_tag text, at_time timestamp with time zone, at_id text, is_before boolean, most bigint) IS '1つのタグのお誘い一覧の1ページ（Q1）。1行が1件のJSON';
CREATE TABLE invitations.inbox (
    message_id uuid NOT NULL,
    message_name text NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    press_lane bigint,
    pressed bigint
)
WITH (autovacuum_analyze_threshold='500', autovacuum_analyze_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0.05', autovacuum_vacuum_scale_factor='0.02');
ALTER TABLE invitations.inbox OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.inbox IS '受信済みメッセージの記録（同じメッセージを二度処理しないため）';
COMMENT ON COLUMN invitations.inbox.message_id IS 'メッセージID（封筒のid）';
COMMENT ON COLUMN invitations.inbox.received_at IS '受信時刻（古い記録の掃除に使う）';
COMMENT ON COLUMN invitations.inbox.press_lane IS '会員と募集の組の、鍵つきハッシュ（鍵はデータベースの外にある。押した順を守る操作だけ）';
COMMENT ON COLUMN invitations.inbox.pressed IS '押した順（DiscordのインタラクションID）';
CREATE FUNCTION invitations.newest_press(lane bigint) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT max(inbox.pressed) AS max
    FROM invitations.inbox
   WHERE (inbox.press_lane = newest_press.lane);
END;
ALTER FUNCTION invitations.newest_press(lane bigint) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.newest_press(lane bigint) IS '会員と募集の組について、確定している最後の操作の順番';
CREATE TABLE invitations.feed (
    sequence bigint NOT NULL,
    message_id uuid NOT NULL,
    name text NOT NULL,
    guild_id text,
    members text[] NOT NULL,
    body text NOT NULL,
    numbered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE invitations.feed OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.feed IS '公開イベントの記録（30日間。番号は欠けずに増える。消去された会員の名前は書き換える）';
COMMENT ON COLUMN invitations.feed.sequence IS '番号（公開の順。1ずつ増える）';
COMMENT ON COLUMN invitations.feed.message_id IS 'メッセージID（封筒のid）';
COMMENT ON COLUMN invitations.feed.members IS '本文に出てくる会員のID（消去のため）';
COMMENT ON COLUMN invitations.feed.body IS '封筒のJSON（平文の秘密を含まない）';
COMMENT ON COLUMN invitations.feed.numbered_at IS '番号をつけた時刻（古い記録の掃除に使う）';
CREATE TABLE invitations.feed_head (
    is_only boolean DEFAULT true NOT NULL,
    last_sequence bigint DEFAULT 0 NOT NULL,
    CONSTRAINT chk_feed_head_only CHECK (is_only)
);
ALTER TABLE invitations.feed_head OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.feed_head IS '最後につけた番号（この1行をロックしたプロセスだけが番号をつける）';
CREATE TABLE invitations.outbox (
    id bigint NOT NULL,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_insert_threshold='500', autovacuum_vacuum_insert_scale_factor='0', autovacuum_analyze_threshold='500', autovacuum_analyze_scale_factor='0', autovacuum_vacuum_cost_delay='0');
ALTER TABLE invitations.outbox OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.outbox IS '送信待ちメッセージ（業務データと同じトランザクションで書き、送信確認後に削除）';
COMMENT ON COLUMN invitations.outbox.id IS '送信順';
COMMENT ON COLUMN invitations.outbox.body IS '封筒のJSON（平文の秘密を含まない）';
CREATE FUNCTION invitations.number_events(events jsonb) RETURNS TABLE(outbox_id bigint, sequence bigint)
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT feed_head.last_sequence
    FROM invitations.feed_head
  FOR UPDATE OF feed_head;
 WITH unnumbered AS (
          SELECT outbox.message_id,
             outbox.routing_key,
             outbox.body,
             event.guild_id,
             event.members,
             row_number() OVER (ORDER BY outbox.id) AS place,
             count(*) OVER () AS number
            FROM (jsonb_to_recordset(number_events.events) event(id bigint, guild_id text, members text[])
              JOIN invitations.outbox ON ((outbox.id = event.id)))
           WHERE (NOT (EXISTS ( SELECT
                    FROM invitations.feed feed_1
                   WHERE (feed_1.message_id = outbox.message_id))))
         ), head AS (
          UPDATE invitations.feed_head SET last_sequence = (feed_head.last_sequence + COALESCE(( SELECT max(unnumbered.number) AS max
                    FROM unnumbered), (0)::bigint))
           RETURNING feed_head.last_sequence
         )
  INSERT INTO invitations.feed (sequence, message_id, name, guild_id, members, body)  SELECT ((head.last_sequence - unnumbered.number) + unnumbered.place),
             unnumbered.message_id,
             unnumbered.routing_key,
             unnumbered.guild_id,
             unnumbered.members,
             unnumbered.body
            FROM (unnumbered
              CROSS JOIN head);
 SELECT outbox.id,
     feed.sequence
    FROM ((jsonb_to_recordset(number_events.events) event(id bigint)
      JOIN invitations.outbox ON ((outbox.id = event.id)))
      JOIN invitations.feed ON ((feed.message_id = outbox.message_id)));
END;
ALTER FUNCTION invitations.number_events(events jsonb) OWNER TO doukikai_owner;
COMMENT ON FUNCTION invitations.number_events(events jsonb) IS 'outboxのイベントに番号をつけて記録し、その番号を返す（二度目も同じ番号）';
CREATE FUNCTION invitations.prevent_false_beginning() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NEW.status <> 'recruiting' OR NEW.joined_count <> 0 OR NEW.waitlisted_count <> 0 THEN
    RAISE EXCEPTION 'An invitation begins as recruiting, with no seat taken'
      USING ERRCODE = 'DK002';
  END IF;
  RETURN NEW;
END
$$;
ALTER FUNCTION invitations.prevent_false_beginning() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.prevent_final_participant_modification() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  invitation_status text;
BEGIN
  IF current_user = 'doukikai_owner' THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  FOR invitation_status IN
    SELECT status FROM invitations.invitations
    WHERE id IN (OLD.invitation_id, NEW.invitation_id)
    ORDER BY id
    FOR NO KEY UPDATE
  LOOP
    IF invitation_status IN ('completed', 'cancelled') THEN
      RAISE EXCEPTION 'Cannot modify invitation in final state (completed/cancelled)'
        USING ERRCODE = 'DK001';
    END IF;
  END LOOP;
  RETURN COALESCE(NEW, OLD);
END
$$;
ALTER FUNCTION invitations.prevent_final_participant_modification() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.prevent_final_state_modification() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF OLD.status IN ('completed', 'cancelled') AND current_user <> 'doukikai_owner' THEN
    RAISE EXCEPTION 'Cannot modify invitation in final state (completed/cancelled)'
      USING ERRCODE = 'DK001';
  END IF;
  RETURN COALESCE(NEW, OLD);
END
$$;
ALTER FUNCTION invitations.prevent_final_state_modification() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.prevent_free_seat_beside_queue() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (
    SELECT
      FROM invitations.invitations
     WHERE id = NEW.id
       AND status = 'recruiting'
       AND waitlisted_count > 0
  ) THEN
    RAISE EXCEPTION 'No seat is free while anybody waits for one'
      USING ERRCODE = 'DK004';
  END IF;
  RETURN NULL;
END
$$;
ALTER FUNCTION invitations.prevent_free_seat_beside_queue() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.prevent_overtaking() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF OLD.status = 'joined' THEN
    RETURN NULL;
  END IF;
  IF EXISTS (
    SELECT
      FROM invitations.participants
     WHERE invitation_id = NEW.invitation_id
       AND status = 'waitlisted'
       AND waitlisted_at < COALESCE(OLD.waitlisted_at, 'infinity')
  ) THEN
    RAISE EXCEPTION 'A seat goes to who has waited longest'
      USING ERRCODE = 'DK005';
  END IF;
  RETURN NULL;
END
$$;
ALTER FUNCTION invitations.prevent_overtaking() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.set_audit_log_guild() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.guild_id := COALESCE(
    (SELECT guild_id FROM invitations.invitations WHERE id = NEW.invitation_id),
    NEW.guild_id,
    NEW.details->>'guild_id'
  );
  RETURN NEW;
END
$$;
ALTER FUNCTION invitations.set_audit_log_guild() OWNER TO doukikai_owner;
CREATE FUNCTION invitations.update_invitation_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.updated_at = CURRENT_TIMESTAMP;
  RETURN NEW;
END
$$;
ALTER FUNCTION invitations.update_invitation_updated_at() OWNER TO doukikai_owner;
CREATE FUNCTION scheduler.longest_transaction() RETURNS interval
    LANGUAGE sql IMMUTABLE
    RETURN '00:01:00'::interval;
ALTER FUNCTION scheduler.longest_transaction() OWNER TO doukikai_owner;
COMMENT ON FUNCTION scheduler.longest_transaction() IS 'サービスのトランザクションが開いていてよい時間（正しいものは数秒で終わる）';
CREATE FUNCTION scheduler.end_old_transactions() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
 SELECT count(*) FILTER (WHERE pg_terminate_backend(pg_stat_activity.pid)) AS count
    FROM pg_stat_activity
   WHERE ((pg_stat_activity.datname = current_database()) AND (pg_stat_activity.pid <> pg_backend_pid()) AND (pg_stat_activity.usename = ANY (ARRAY['invitations'::name, 'tickets'::name, 'scheduler'::name, 'monitoring'::name])) AND (pg_stat_activity.xact_start < (clock_timestamp() - scheduler.longest_transaction())));
END;
ALTER FUNCTION scheduler.end_old_transactions() OWNER TO doukikai_owner;
COMMENT ON FUNCTION scheduler.end_old_transactions() IS 'サービスの役割が開いたままにしたトランザクションを、接続ごと終わらせる（終わらせた数を返す）';
CREATE TABLE scheduler.inbox (
    message_id uuid NOT NULL,
    message_name text NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    press_lane bigint,
    pressed bigint
)
WITH (autovacuum_analyze_threshold='500', autovacuum_analyze_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0.05', autovacuum_vacuum_scale_factor='0.02');
ALTER TABLE scheduler.inbox OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.inbox IS '受信済みメッセージの記録（同じメッセージを二度処理しないため）';
COMMENT ON COLUMN scheduler.inbox.message_id IS 'メッセージID（封筒のid）';
COMMENT ON COLUMN scheduler.inbox.received_at IS '受信時刻（古い記録の掃除に使う）';
COMMENT ON COLUMN scheduler.inbox.press_lane IS '会員と募集の組から作るハッシュ値（押した順を守る操作だけ）';
COMMENT ON COLUMN scheduler.inbox.pressed IS '押した順（DiscordのインタラクションID）';
CREATE FUNCTION scheduler.newest_press(lane bigint) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT max(inbox.pressed) AS max
    FROM scheduler.inbox
   WHERE (inbox.press_lane = newest_press.lane);
END;
ALTER FUNCTION scheduler.newest_press(lane bigint) OWNER TO doukikai_owner;
COMMENT ON FUNCTION scheduler.newest_press(lane bigint) IS '会員と募集の組について、確定している最後の操作の順番';
CREATE FUNCTION tickets.longest_transaction() RETURNS interval
    LANGUAGE sql IMMUTABLE
    RETURN '00:01:00'::interval;
ALTER FUNCTION tickets.longest_transaction() OWNER TO doukikai_owner;
COMMENT ON FUNCTION tickets.longest_transaction() IS 'サービスのトランザクションが開いていてよい時間（正しいものは数秒で終わる）';
CREATE FUNCTION tickets.end_old_transactions() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC
 SELECT count(*) FILTER (WHERE pg_terminate_backend(pg_stat_activity.pid)) AS count
    FROM pg_stat_activity
   WHERE ((pg_stat_activity.datname = current_database()) AND (pg_stat_activity.pid <> pg_backend_pid()) AND (pg_stat_activity.usename = ANY (ARRAY['invitations'::name, 'tickets'::name, 'scheduler'::name, 'monitoring'::name])) AND (pg_stat_activity.xact_start < (clock_timestamp() - tickets.longest_transaction())));
END;
ALTER FUNCTION tickets.end_old_transactions() OWNER TO doukikai_owner;
COMMENT ON FUNCTION tickets.end_old_transactions() IS 'サービスの役割が開いたままにしたトランザクションを、接続ごと終わらせる（終わらせた数を返す）';
CREATE FUNCTION tickets.erase_guild(erased_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  entries integer;
BEGIN
  DELETE FROM tickets.audit_log
   WHERE guild_id = erased_id
      OR details->>'guild_id' = erased_id
      OR ticket_id IN (SELECT id FROM tickets.tickets WHERE guild_id = erased_id);
  GET DIAGNOSTICS entries = ROW_COUNT;
  DELETE FROM tickets.tickets
   WHERE guild_id = erased_id;
  DELETE FROM tickets.requests
   WHERE guild_id = erased_id;
  DELETE FROM tickets.guilds
   WHERE guild_id = erased_id;
  INSERT INTO tickets.erasure_log (guild_id, interaction_id, audit_entries)
  VALUES (erased_id, 0, entries);
END
$$;
ALTER FUNCTION tickets.erase_guild(erased_id text) OWNER TO doukikai_owner;
COMMENT ON FUNCTION tickets.erase_guild(erased_id text) IS 'サーバーのデータをすべて消す（運用者だけが使う。サービスの役割からは呼べない）';
CREATE FUNCTION tickets.erase_member(member_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM tickets.erase_member(member_id, hashtext(member_id));
  UPDATE tickets.erasure_log
     SET member_key = NULL
   WHERE member_key = hashtext(member_id);
END
$$;
ALTER FUNCTION tickets.erase_member(member_id text) OWNER TO doukikai_owner;
COMMENT ON FUNCTION tickets.erase_member(member_id text) IS '会員のデータを消す（終わったチケットは行ごと、監査ログは名前とidだけ）';
CREATE FUNCTION tickets.erase_member(member_id text, request_key integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
ALTER FUNCTION tickets.erase_member(member_id text, request_key integer) OWNER TO doukikai_owner;
COMMENT ON FUNCTION tickets.erase_member(member_id text, request_key integer) IS '会員のデータを消す（request_key は、同じトランザクションで erasures に書いた鍵つきハッシュ）';
CREATE FUNCTION tickets.free_slot() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status = 'open' THEN
    RETURN NULL;
  END IF;
  UPDATE tickets.requests
     SET slot = NULL
   WHERE request_id = OLD.request_id;
  RETURN NULL;
END
$$;
ALTER FUNCTION tickets.free_slot() OWNER TO doukikai_owner;
CREATE TABLE tickets.inbox (
    message_id uuid NOT NULL,
    message_name text NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    press_lane bigint,
    pressed bigint
)
WITH (autovacuum_analyze_threshold='500', autovacuum_analyze_scale_factor='0.02', autovacuum_vacuum_insert_scale_factor='0.05', autovacuum_vacuum_scale_factor='0.02');
ALTER TABLE tickets.inbox OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.inbox IS '受信済みメッセージの記録（同じメッセージを二度処理しないため）';
COMMENT ON COLUMN tickets.inbox.message_id IS 'メッセージID（封筒のid）';
COMMENT ON COLUMN tickets.inbox.received_at IS '受信時刻（古い記録の掃除に使う）';
COMMENT ON COLUMN tickets.inbox.press_lane IS '会員と募集の組の、鍵つきハッシュ（鍵はデータベースの外にある。押した順を守る操作だけ）';
COMMENT ON COLUMN tickets.inbox.pressed IS '押した順（DiscordのインタラクションID）';
CREATE FUNCTION tickets.newest_press(lane bigint) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT max(inbox.pressed) AS max
    FROM tickets.inbox
   WHERE (inbox.press_lane = newest_press.lane);
END;
ALTER FUNCTION tickets.newest_press(lane bigint) OWNER TO doukikai_owner;
COMMENT ON FUNCTION tickets.newest_press(lane bigint) IS '会員と募集の組について、確定している最後の操作の順番';
CREATE FUNCTION tickets.set_audit_log_guild() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.guild_id := COALESCE(
    (SELECT guild_id FROM tickets.tickets WHERE id = NEW.ticket_id),
    NEW.guild_id,
    NEW.details->>'guild_id'
  );
  RETURN NEW;
END
$$;
ALTER FUNCTION tickets.set_audit_log_guild() OWNER TO doukikai_owner;
CREATE TABLE invitations.audit_log (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_id character varying(20) NOT NULL,
    actor_name character varying(100) NOT NULL,
    action text NOT NULL,
    invitation_id character varying(20),
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    correlation_id uuid,
    guild_id character varying(20),
    CONSTRAINT chk_audit_log_guild_id CHECK (((guild_id)::text ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT chk_audit_log_ids CHECK ((((actor_id)::text ~ '^[0-9]{1,20}$'::text) AND ((invitation_id)::text ~ '^[0-9]{1,20}$'::text)))
);
ALTER TABLE invitations.audit_log OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.audit_log IS '監査ログ（誰がいつ何をしたか。追記のみ）';
COMMENT ON COLUMN invitations.audit_log.action IS '実行されたコマンドの名前';
COMMENT ON COLUMN invitations.audit_log.details IS '補足（秘密は入れない）';
COMMENT ON COLUMN invitations.audit_log.correlation_id IS '一連の処理のID（ログを探すための相関ID。記録のない古い行はNULL）';
COMMENT ON COLUMN invitations.audit_log.guild_id IS 'サーバーのDiscord ID（お誘いのもの。お誘いに関わらない行は補足が示す）';
ALTER TABLE invitations.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME invitations.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE invitations.calendars (
    owner_kind character varying(10) NOT NULL,
    owner_id character varying(20) NOT NULL,
    token_sha256 bytea NOT NULL,
    token character varying(500) NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT chk_calendar_owner_id CHECK (((owner_id)::text ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT chk_calendar_owner_kind CHECK (((owner_kind)::text = ANY (ARRAY[('member'::character varying)::text, ('guild'::character varying)::text]))),
    CONSTRAINT chk_calendar_token CHECK (((token)::text ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text)),
    CONSTRAINT chk_calendar_token_sha256 CHECK ((octet_length(token_sha256) = 32))
);
ALTER TABLE invitations.calendars OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.calendars IS 'カレンダーの秘密のアドレス（会員ごと、サーバーごとに一つ）';
COMMENT ON COLUMN invitations.calendars.owner_kind IS '会員の予定（member）か、サーバーの募集（guild）か';
COMMENT ON COLUMN invitations.calendars.owner_id IS '会員またはサーバーのDiscordのid';
COMMENT ON COLUMN invitations.calendars.token_sha256 IS 'アドレスに入る秘密のSHA-256（検索用）';
COMMENT ON COLUMN invitations.calendars.token IS 'アドレスに入る秘密（暗号化保存、もう一度見せるため）';
CREATE TABLE invitations.drafts (
    request_id uuid NOT NULL,
    guild_id character varying(20) NOT NULL,
    channel_id character varying(20),
    host_id character varying(20) NOT NULL,
    host_name character varying(100) NOT NULL,
    event_name character varying(200),
    start_time timestamp(3) with time zone,
    end_time timestamp(3) with time zone,
    world_name character varying(200),
    world_link character varying(500),
    tag character varying(50) NOT NULL,
    description text,
    instance_type character varying(20) NOT NULL,
    vrchat_profile character varying(500),
    max_participants integer,
    reply_to jsonb,
    invitation_id character varying(20),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    reminder_minutes integer DEFAULT 15 NOT NULL,
    is_open boolean DEFAULT false NOT NULL,
    typed character varying(11000),
    typed_description character varying(11000),
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    opening_time timestamp(3) with time zone,
    cutoff_time timestamp(3) with time zone,
    mention character varying(20) DEFAULT 'nobody'::character varying NOT NULL,
    image character varying(40),
    co_host_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    more_reminders jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT chk_draft_co_hosts CHECK ((((co_host_ids)::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,4})?\}$'::text) AND ((host_id)::text <> ALL ((co_host_ids)::text[])))),
    CONSTRAINT chk_draft_complete CHECK ((((num_nonnulls(event_name, start_time, end_time, world_name, description, max_participants) = 6) AND (channel_id IS NOT NULL)) OR (is_open AND (num_nonnulls(event_name, start_time, end_time, world_name, description, max_participants) = ANY (ARRAY[0, 6]))))),
    CONSTRAINT chk_draft_description CHECK ((char_length(description) <= 2000)),
    CONSTRAINT chk_draft_ids CHECK ((((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND ((channel_id)::text ~ '^[0-9]{1,20}$'::text) AND ((host_id)::text ~ '^[0-9]{1,20}$'::text) AND ((invitation_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_draft_image CHECK (((image)::text ~ '^[0-9a-f]{32}\.(png|jpg|webp|gif)$'::text)),
    CONSTRAINT chk_draft_instance_type CHECK (((instance_type)::text = ANY (ARRAY[('group'::character varying)::text, ('friend'::character varying)::text, ('friendplus'::character varying)::text, ('public'::character varying)::text, ('invite'::character varying)::text, ('inviteplus'::character varying)::text, ('groupplus'::character varying)::text, ('grouppublic'::character varying)::text]))),
    CONSTRAINT chk_draft_max_participants CHECK (((max_participants >= 1) AND (max_participants <= 100))),
    CONSTRAINT chk_draft_mention CHECK (((mention)::text ~ '^([0-9]{1,20}|nobody|everyone|here)$'::text)),
    CONSTRAINT chk_draft_more_reminders CHECK (
CASE jsonb_typeof(more_reminders)
    WHEN 'array'::text THEN (jsonb_array_length(more_reminders) <= 3)
    ELSE false
END),
    CONSTRAINT chk_draft_names CHECK ((invitations.is_one_line((event_name)::text) AND invitations.is_one_line((host_name)::text) AND invitations.is_one_line((world_name)::text))),
    CONSTRAINT chk_draft_open CHECK (((NOT is_open) OR ((typed IS NOT NULL) AND (invitation_id IS NULL) AND (reply_to IS NULL)))),
    CONSTRAINT chk_draft_published_secret CHECK (((invitation_id IS NULL) OR (vrchat_profile IS NULL))),
    CONSTRAINT chk_draft_published_typed CHECK (((invitation_id IS NULL) OR (typed IS NULL))),
    CONSTRAINT chk_draft_reminder_minutes CHECK (((reminder_minutes >= 0) AND (reminder_minutes <= 1440))),
    CONSTRAINT chk_draft_sign_up CHECK (((cutoff_time < end_time) AND (opening_time < COALESCE(cutoff_time, end_time)))),
    CONSTRAINT chk_draft_tag CHECK ((invitations.is_one_line((tag)::text) AND (char_length((tag)::text) <= 16) AND (strpos((tag)::text, ':'::text) = 0))),
    CONSTRAINT chk_draft_time_range CHECK ((start_time < end_time)),
    CONSTRAINT chk_draft_typed CHECK ((((typed)::text ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text) AND ((typed_description)::text ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text) AND (num_nulls(typed, typed_description) = ANY (ARRAY[0, 2])))),
    CONSTRAINT chk_draft_vrchat_profile CHECK (((vrchat_profile IS NULL) OR ((vrchat_profile)::text ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text))),
    CONSTRAINT chk_draft_world_link CHECK (((world_link IS NULL) OR ((world_link)::text ~* '^https://[^[:space:][:cntrl:]]+$'::text)))
);
ALTER TABLE invitations.drafts OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.drafts IS '下書き（主催者が編集中、またはDiscordへの投稿を待つ募集）';
COMMENT ON COLUMN invitations.drafts.request_id IS '下書きのID（公開後は募集のrequest_id）';
COMMENT ON COLUMN invitations.drafts.vrchat_profile IS 'VRChatプロフィールURL（暗号化保存、公開の更新で消す）';
COMMENT ON COLUMN invitations.drafts.reply_to IS '主催者への返信先（トークンは暗号化済み）';
COMMENT ON COLUMN invitations.drafts.invitation_id IS '公開された募集のid（未公開はNULL）';
COMMENT ON COLUMN invitations.drafts.reminder_minutes IS '開始の何分前に参加者へ知らせるか（0は知らせない）';
COMMENT ON COLUMN invitations.drafts.is_open IS '編集中か（「投稿する」を押すとFALSE）';
COMMENT ON COLUMN invitations.drafts.typed IS '入力されたままの文字（JSONを暗号化。間違いも残す。公開の更新で消す）';
COMMENT ON COLUMN invitations.drafts.typed_description IS '入力されたままの説明（暗号化。公開の更新で消す）';
COMMENT ON COLUMN invitations.drafts.updated_at IS '最後に変更した日時（編集中の下書きは7日で消える）';
COMMENT ON COLUMN invitations.drafts.opening_time IS '受付開始の時刻（NULLはすぐ）';
COMMENT ON COLUMN invitations.drafts.cutoff_time IS '受付締切の時刻（NULLは終了まで）';
COMMENT ON COLUMN invitations.drafts.mention IS '投稿のときにメンションする相手（nobody、everyone、here、またはロールのid）';
COMMENT ON COLUMN invitations.drafts.image IS '下書きの画像の名前';
COMMENT ON COLUMN invitations.drafts.co_host_ids IS '共同主催のDiscordユーザーid';
COMMENT ON COLUMN invitations.drafts.more_reminders IS 'ほかのリマインダー';
CREATE TABLE invitations.erasure_log (
    id bigint NOT NULL,
    erased_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    member_key integer,
    interaction_id numeric(20,0) NOT NULL,
    audit_entries integer NOT NULL,
    guild_id character varying(20),
    CONSTRAINT chk_erasure_log_subject CHECK ((num_nonnulls(member_key, guild_id) <= 1))
);
ALTER TABLE invitations.erasure_log OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.erasure_log IS '消去の控え（erase_member と erase_guild だけが書く。サービスは変更も削除もできない）';
COMMENT ON COLUMN invitations.erasure_log.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある。サーバーの消去と、鍵のない版の消去ではNULL）';
COMMENT ON COLUMN invitations.erasure_log.interaction_id IS '消去を求めた操作のid（操作によらないものは0）';
COMMENT ON COLUMN invitations.erasure_log.audit_entries IS '監査ログで名前やidを消した行、またはサーバーごと消した行の数';
COMMENT ON COLUMN invitations.erasure_log.guild_id IS '消去したサーバーのDiscordのid（会員の消去ではNULL）';
ALTER TABLE invitations.erasure_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME invitations.erasure_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE invitations.erasures (
    member_key integer NOT NULL,
    interaction_id numeric(20,0) NOT NULL,
    erased_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE invitations.erasures OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.erasures IS '消去の記録（消去より前に押された操作が、あとから会員を書き戻さないため）';
COMMENT ON COLUMN invitations.erasures.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある）';
COMMENT ON COLUMN invitations.erasures.interaction_id IS '消去を求めた操作のid（これより小さいidの操作は古い）';
COMMENT ON COLUMN invitations.erasures.erased_at IS '消去した時刻（古い記録の掃除に使う）';
CREATE TABLE invitations.guilds (
    guild_id character varying(20) NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    language character varying(6) DEFAULT 'ja'::character varying NOT NULL,
    time_zone character varying(50) DEFAULT 'Asia/Tokyo'::character varying NOT NULL,
    announcement_channel_id character varying(20),
    staff_channel_id character varying(20),
    staff_role_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    host_role_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    reminder_minutes integer DEFAULT 15 NOT NULL,
    mirrors_scheduled_events boolean DEFAULT false NOT NULL,
    is_listed boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    list_channel_id character varying(20),
    list_message_id character varying(20),
    mention_role_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    mentions_everyone boolean DEFAULT false NOT NULL,
    tags character varying(16)[] DEFAULT '{観光,ゲーム,まったり,撮影会,イベント,その他}'::character varying[] NOT NULL,
    has_api_token boolean DEFAULT false NOT NULL,
    api_token_sha256 character varying(64),
    CONSTRAINT chk_guild_api_token CHECK (((api_token_sha256)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT chk_guild_host_roles CHECK (((host_role_ids)::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,9})?\}$'::text)),
    CONSTRAINT chk_guild_ids CHECK ((((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND ((announcement_channel_id)::text ~ '^[0-9]{1,20}$'::text) AND ((staff_channel_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_guild_language CHECK (((language)::text ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text)),
    CONSTRAINT chk_guild_list CHECK ((((list_channel_id)::text ~ '^[0-9]{1,20}$'::text) AND ((list_message_id)::text ~ '^[0-9]{1,20}$'::text) AND ((list_channel_id IS NULL) = (list_message_id IS NULL)))),
    CONSTRAINT chk_guild_mention_roles CHECK (((mention_role_ids)::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,9})?\}$'::text)),
    CONSTRAINT chk_guild_reminder_minutes CHECK (((reminder_minutes >= 0) AND (reminder_minutes <= 1440))),
    CONSTRAINT chk_guild_staff_roles CHECK (((staff_role_ids)::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,9})?\}$'::text)),
    CONSTRAINT chk_guild_tags CHECK (((cardinality(tags) >= 1) AND (cardinality(tags) <= 20) AND (array_position(tags, NULL::character varying) IS NULL))),
    CONSTRAINT chk_guild_time_zone CHECK (((time_zone)::text ~ '^[A-Z][A-Za-z0-9_+/-]{1,49}$'::text)),
    CONSTRAINT chk_guild_version CHECK ((version >= 0))
);
ALTER TABLE invitations.guilds OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.guilds IS 'サーバーごとの設定（最初の変更で行ができる。それまでは既定値）';
COMMENT ON COLUMN invitations.guilds.guild_id IS 'サーバーのDiscordのid';
COMMENT ON COLUMN invitations.guilds.version IS '変更のたびに1増える番号';
COMMENT ON COLUMN invitations.guilds.language IS '募集やお知らせの言語（Discordの書き方）';
COMMENT ON COLUMN invitations.guilds.time_zone IS '日時の入力を読むタイムゾーン（IANA）';
COMMENT ON COLUMN invitations.guilds.announcement_channel_id IS '募集を投稿するチャンネル（NULLなら未設定で、募集は作れない）';
COMMENT ON COLUMN invitations.guilds.staff_channel_id IS 'スタッフ用のパネルを投稿するチャンネル';
COMMENT ON COLUMN invitations.guilds.staff_role_ids IS 'スタッフとするロール（サーバー管理の権限を持つ人は常にスタッフ）';
COMMENT ON COLUMN invitations.guilds.host_role_ids IS '募集を作れるロール（空なら全員）';
COMMENT ON COLUMN invitations.guilds.reminder_minutes IS 'リマインダーの既定（開始の何分前か、0は送らない）';
COMMENT ON COLUMN invitations.guilds.mirrors_scheduled_events IS 'Discordのイベントにも載せるかどうか';
COMMENT ON COLUMN invitations.guilds.is_listed IS '公開APIの一覧に載せるかどうか';
COMMENT ON COLUMN invitations.guilds.list_channel_id IS '開いている募集の一覧を固定したチャンネル（NULLなら固定していない）';
COMMENT ON COLUMN invitations.guilds.list_message_id IS '固定した一覧のメッセージ';
COMMENT ON COLUMN invitations.guilds.mention_role_ids IS '募集の投稿でメンションできるロール（空ならなし）';
COMMENT ON COLUMN invitations.guilds.mentions_everyone IS '募集の投稿で@everyoneと@hereにメンションできるか';
COMMENT ON COLUMN invitations.guilds.tags IS '募集のタグ（主催者に見せる順）';
COMMENT ON COLUMN invitations.guilds.has_api_token IS 'HTTP APIのトークンがあるか';
COMMENT ON COLUMN invitations.guilds.api_token_sha256 IS 'HTTP APIのトークンのSHA-256（NULLなら無効）';
CREATE TABLE invitations.image_parts (
    name character varying(40) NOT NULL,
    part integer NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT chk_image_content CHECK (((octet_length(content) >= 1) AND (octet_length(content) <= 491520))),
    CONSTRAINT chk_image_part CHECK (((part >= 0) AND (part <= 8)))
);
ALTER TABLE ONLY invitations.image_parts ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE invitations.image_parts OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.image_parts IS '画像の中身（メッセージに収まる大きさに分けたもの）';
COMMENT ON COLUMN invitations.image_parts.name IS '画像の名前';
COMMENT ON COLUMN invitations.image_parts.part IS '何番目か（0から）';
COMMENT ON COLUMN invitations.image_parts.content IS '中身';
CREATE TABLE invitations.images (
    name character varying(40) NOT NULL,
    request_id uuid,
    invitation_id character varying(20),
    url character varying(1500) NOT NULL,
    size integer NOT NULL,
    reply_to character varying(2000),
    is_whole boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT chk_image_name CHECK (((name)::text ~ '^[0-9a-f]{32}\.(png|jpg|webp|gif)$'::text)),
    CONSTRAINT chk_image_size CHECK (((size >= 1) AND (size <= 4194304))),
    CONSTRAINT chk_image_subject CHECK (((num_nonnulls(request_id, invitation_id) = 1) AND ((invitation_id)::text ~ '^[0-9]{1,20}$'::text)))
);
ALTER TABLE invitations.images OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.images IS '募集と下書きの画像';
COMMENT ON COLUMN invitations.images.name IS '画像の名前（Discordの添付ファイルの名前にもなる）';
COMMENT ON COLUMN invitations.images.request_id IS '画像を付ける下書き';
COMMENT ON COLUMN invitations.images.invitation_id IS '画像を付ける募集';
COMMENT ON COLUMN invitations.images.url IS '送られた画像のDiscordでのアドレス（しばらくすると切れる）';
COMMENT ON COLUMN invitations.images.size IS 'バイト数';
COMMENT ON COLUMN invitations.images.reply_to IS '返事の宛先（保存が終わるとNULL）';
COMMENT ON COLUMN invitations.images.is_whole IS '全部がそろったか';
COMMENT ON COLUMN invitations.images.created_at IS '送られた日時';
CREATE TABLE invitations.invitations (
    id character varying(20) NOT NULL,
    request_id uuid NOT NULL,
    thread_id character varying(20) NOT NULL,
    staff_message_id character varying(20),
    guild_id character varying(20) NOT NULL,
    channel_id character varying(20) NOT NULL,
    host_id character varying(20) NOT NULL,
    host_name character varying(100) NOT NULL,
    event_name character varying(200) NOT NULL,
    start_time timestamp(3) with time zone NOT NULL,
    end_time timestamp(3) with time zone NOT NULL,
    world_name character varying(200) NOT NULL,
    world_link character varying(500),
    tag character varying(50) NOT NULL,
    description text NOT NULL,
    instance_type character varying(20) NOT NULL,
    vrchat_profile character varying(500),
    instance_link character varying(500),
    max_participants integer NOT NULL,
    joined_count integer DEFAULT 0 NOT NULL,
    status character varying(20) DEFAULT 'recruiting'::character varying NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    staff_id character varying(20),
    staff_name character varying(100),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    cancel_reason text,
    waitlisted_count integer DEFAULT 0 NOT NULL,
    reminder_minutes integer DEFAULT 15 NOT NULL,
    reminded_for timestamp(3) with time zone,
    staff_channel_id character varying(20),
    announcement_id character varying(20),
    opening_time timestamp(3) with time zone,
    cutoff_time timestamp(3) with time zone,
    sign_up_announced timestamp(3) with time zone,
    start_announced timestamp(3) with time zone,
    image character varying(40),
    co_host_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    more_reminders jsonb DEFAULT '[]'::jsonb NOT NULL,
    reminded_until timestamp(3) with time zone,
    CONSTRAINT chk_invitation_announcement CHECK (((announcement_id)::text ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT chk_invitation_cancel_reason CHECK (((cancel_reason IS NULL) OR (((status)::text = 'cancelled'::text) AND ((char_length(cancel_reason) >= 1) AND (char_length(cancel_reason) <= 500)) AND (cancel_reason !~ '[\u0001-\u0008\u000e-\u001b\u001f\u007f]'::text)))),
    CONSTRAINT chk_invitation_co_hosts CHECK ((((co_host_ids)::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,4})?\}$'::text) AND ((host_id)::text <> ALL ((co_host_ids)::text[])))),
    CONSTRAINT chk_invitation_description CHECK ((char_length(description) <= 2000)),
    CONSTRAINT chk_invitation_event_name CHECK (invitations.is_one_line((event_name)::text)),
    CONSTRAINT chk_invitation_final_secrets CHECK ((((status)::text <> ALL (ARRAY[('completed'::character varying)::text, ('cancelled'::character varying)::text])) OR ((vrchat_profile IS NULL) AND (instance_link IS NULL)))),
    CONSTRAINT chk_invitation_host_name CHECK (invitations.is_one_line((host_name)::text)),
    CONSTRAINT chk_invitation_ids CHECK ((((id)::text ~ '^[0-9]{1,20}$'::text) AND ((thread_id)::text ~ '^[0-9]{1,20}$'::text) AND ((staff_message_id)::text ~ '^[0-9]{1,20}$'::text) AND ((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND ((channel_id)::text ~ '^[0-9]{1,20}$'::text) AND ((host_id)::text ~ '^[0-9]{1,20}$'::text) AND ((staff_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_invitation_image CHECK (((image)::text ~ '^[0-9a-f]{32}\.(png|jpg|webp|gif)$'::text)),
    CONSTRAINT chk_invitation_instance_link CHECK (((instance_link IS NULL) OR ((instance_link)::text ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text))),
    CONSTRAINT chk_invitation_instance_type CHECK (((instance_type)::text = ANY (ARRAY[('group'::character varying)::text, ('friend'::character varying)::text, ('friendplus'::character varying)::text, ('public'::character varying)::text, ('invite'::character varying)::text, ('inviteplus'::character varying)::text, ('groupplus'::character varying)::text, ('grouppublic'::character varying)::text]))),
    CONSTRAINT chk_invitation_joined_count CHECK (((joined_count >= 0) AND (joined_count <= max_participants))),
    CONSTRAINT chk_invitation_max_participants CHECK (((max_participants >= 1) AND (max_participants <= 100))),
    CONSTRAINT chk_invitation_more_reminders CHECK (
CASE jsonb_typeof(more_reminders)
    WHEN 'array'::text THEN (jsonb_array_length(more_reminders) <= 3)
    ELSE false
END),
    CONSTRAINT chk_invitation_reminder_minutes CHECK (((reminder_minutes >= 0) AND (reminder_minutes <= 1440))),
    CONSTRAINT chk_invitation_sign_up CHECK (((cutoff_time < end_time) AND (opening_time < COALESCE(cutoff_time, end_time)))),
    CONSTRAINT chk_invitation_staff_channel CHECK (((staff_channel_id)::text ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT chk_invitation_staff_name CHECK (((staff_name IS NULL) OR invitations.is_one_line((staff_name)::text))),
    CONSTRAINT chk_invitation_status CHECK (((status)::text = ANY (ARRAY[('recruiting'::character varying)::text, ('full'::character varying)::text, ('completed'::character varying)::text, ('cancelled'::character varying)::text]))),
    CONSTRAINT chk_invitation_status_seats CHECK ((((status)::text = ANY (ARRAY[('completed'::character varying)::text, ('cancelled'::character varying)::text])) OR (((status)::text = 'full'::text) = (joined_count = max_participants)))),
    CONSTRAINT chk_invitation_tag CHECK ((invitations.is_one_line((tag)::text) AND (char_length((tag)::text) <= 16) AND (strpos((tag)::text, ':'::text) = 0))),
    CONSTRAINT chk_invitation_time_range CHECK ((start_time < end_time)),
    CONSTRAINT chk_invitation_vrchat_profile CHECK (((vrchat_profile IS NULL) OR ((vrchat_profile)::text ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text))),
    CONSTRAINT chk_invitation_waitlisted_count CHECK ((waitlisted_count >= 0)),
    CONSTRAINT chk_invitation_world_link CHECK (((world_link IS NULL) OR ((world_link)::text ~* '^https://[^[:space:][:cntrl:]]+$'::text))),
    CONSTRAINT chk_invitation_world_name CHECK (invitations.is_one_line((world_name)::text))
)
WITH (autovacuum_vacuum_scale_factor='0.05', autovacuum_analyze_scale_factor='0.02');
ALTER TABLE ONLY invitations.invitations ALTER COLUMN tag SET STATISTICS 1000;
ALTER TABLE ONLY invitations.invitations ALTER COLUMN tag SET (n_distinct=100);
ALTER TABLE ONLY invitations.invitations ALTER COLUMN status SET STATISTICS 1000;
ALTER TABLE invitations.invitations OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.invitations IS 'VRChatイベント募集情報マスター';
COMMENT ON COLUMN invitations.invitations.id IS 'Discord Message ID (Primary Key)';
COMMENT ON COLUMN invitations.invitations.request_id IS '下書きのID（封緘した列はこのIDに結び付く）';
COMMENT ON COLUMN invitations.invitations.thread_id IS 'スレッドのid（投稿し直した募集ではidと異なることがある）';
COMMENT ON COLUMN invitations.invitations.staff_message_id IS 'スタッフ用パネルのDiscordメッセージid';
COMMENT ON COLUMN invitations.invitations.guild_id IS 'Discordサーバーのid';
COMMENT ON COLUMN invitations.invitations.channel_id IS '告知を投稿したDiscordチャンネルのid';
COMMENT ON COLUMN invitations.invitations.host_id IS '主催者のDiscordユーザーid（主催者は席を取らない）';
COMMENT ON COLUMN invitations.invitations.start_time IS '開始時刻（UTCで保存）';
COMMENT ON COLUMN invitations.invitations.end_time IS '終了時刻（UTCで保存、この時刻に自動で終了する）';
COMMENT ON COLUMN invitations.invitations.vrchat_profile IS 'VRChatプロフィールURL（暗号化保存）';
COMMENT ON COLUMN invitations.invitations.instance_link IS 'インスタンスリンク（暗号化保存）';
COMMENT ON COLUMN invitations.invitations.max_participants IS '定員（主催者を含まない）';
COMMENT ON COLUMN invitations.invitations.joined_count IS '参加者数（participantsのトリガーが数える、直接は変更できない）';
COMMENT ON COLUMN invitations.invitations.status IS '募集中・満員・終了・中止（終了と中止は最終状態）';
COMMENT ON COLUMN invitations.invitations.version IS '版（変更のたびにサービスが一つ進め、イベントに載せる）';
COMMENT ON COLUMN invitations.invitations.cancel_reason IS '中止の理由（任意、告知に表示する）';
COMMENT ON COLUMN invitations.invitations.waitlisted_count IS 'キャンセル待ちの人数（participantsのトリガーが数える、直接は変更できない）';
COMMENT ON COLUMN invitations.invitations.reminder_minutes IS '開始の何分前に参加者へ知らせるか（0は知らせない）';
COMMENT ON COLUMN invitations.invitations.reminded_for IS 'どの開始時刻について知らせたか（未通知はNULL）';
COMMENT ON COLUMN invitations.invitations.staff_channel_id IS 'スタッフ用パネルのあるチャンネル（この列より前の募集ではNULL）';
COMMENT ON COLUMN invitations.invitations.announcement_id IS 'いま募集を表示しているメッセージ（投稿し直すまではNULLで、idと同じ）';
COMMENT ON COLUMN invitations.invitations.opening_time IS '受付開始の時刻（NULLはすぐ）';
COMMENT ON COLUMN invitations.invitations.cutoff_time IS '受付締切の時刻（NULLは終了まで）';
COMMENT ON COLUMN invitations.invitations.sign_up_announced IS '最後に知らせた受付開始または締切の時刻（未通知はNULL）';
COMMENT ON COLUMN invitations.invitations.start_announced IS '最後に知らせた開始の時刻（未通知はNULL）';
COMMENT ON COLUMN invitations.invitations.image IS '募集の画像の名前';
COMMENT ON COLUMN invitations.invitations.co_host_ids IS '共同主催のDiscordユーザーid（主催者と同じことができ、席は取らない）';
COMMENT ON COLUMN invitations.invitations.more_reminders IS 'ほかのリマインダー（[{minutes, text}]。主催者の文。秘密は入れない）';
COMMENT ON COLUMN invitations.invitations.reminded_until IS '最後に送ったリマインダーの予定の時刻（未送信はNULL）';
COMMENT ON CONSTRAINT chk_invitation_final_secrets ON invitations.invitations IS '最終状態にする更新で秘密を必ず消す制約';
COMMENT ON CONSTRAINT chk_invitation_joined_count ON invitations.invitations IS '定員超過防止制約';
CREATE TABLE invitations.limits (
    name text NOT NULL,
    member_key bigint NOT NULL,
    used_until timestamp with time zone NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0.1');
ALTER TABLE invitations.limits OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.limits IS '会員ごとの使用量（1分間の操作数など、上限のあるもの）';
COMMENT ON COLUMN invitations.limits.name IS '上限の名前';
COMMENT ON COLUMN invitations.limits.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある）';
COMMENT ON COLUMN invitations.limits.used_until IS '使用量がすべて戻る時刻';
CREATE TABLE invitations.member_locks (
    bucket integer NOT NULL,
    CONSTRAINT chk_member_lock_bucket CHECK (((bucket >= 0) AND (bucket <= 65535)))
);
ALTER TABLE invitations.member_locks OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.member_locks IS '会員ごとの順番待ち（同じ会員の操作と消去が同時に進まないため）';
COMMENT ON COLUMN invitations.member_locks.bucket IS '会員のidの、鍵つきハッシュの一部（鍵はデータベースの外にある）';
ALTER TABLE invitations.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME invitations.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE invitations.owed_repairs (
    invitation_id character varying(20) NOT NULL,
    kind character varying(20) NOT NULL,
    code character varying(50) NOT NULL,
    missing character varying(50)[] DEFAULT '{}'::character varying[] NOT NULL,
    since timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT chk_owed_repair_code CHECK (((code)::text ~ '^[a-z_]{1,50}$'::text)),
    CONSTRAINT chk_owed_repair_kind CHECK (((kind)::text ~ '^[a-z_]{1,20}$'::text))
);
ALTER TABLE invitations.owed_repairs OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.owed_repairs IS '直せていないもの（Discordが許すまで何度も試す。直ると行は消える）';
COMMENT ON COLUMN invitations.owed_repairs.invitation_id IS '募集のid';
COMMENT ON COLUMN invitations.owed_repairs.kind IS 'どれが直っていないか（announcement、panelなど）';
COMMENT ON COLUMN invitations.owed_repairs.code IS '理由';
COMMENT ON COLUMN invitations.owed_repairs.missing IS '足りない権限の名前（Discordの英語名）';
COMMENT ON COLUMN invitations.owed_repairs.since IS 'いつから';
CREATE TABLE invitations.participants (
    id integer NOT NULL,
    invitation_id character varying(20) NOT NULL,
    user_id character varying(20) NOT NULL,
    user_name character varying(100) NOT NULL,
    status character varying(20) NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    joined_at timestamp(3) with time zone,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    waitlisted_at timestamp(3) with time zone,
    chosen_at timestamp(3) with time zone,
    CONSTRAINT chk_participant_joined_at CHECK ((((status)::text = 'joined'::text) = (joined_at IS NOT NULL))),
    CONSTRAINT chk_participant_status CHECK (((status)::text = ANY (ARRAY[('joined'::character varying)::text, ('interested'::character varying)::text, ('waitlisted'::character varying)::text]))),
    CONSTRAINT chk_participant_user_id CHECK (((user_id)::text ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT chk_participant_user_name CHECK (invitations.is_one_line((user_name)::text)),
    CONSTRAINT chk_participant_waitlisted_at CHECK ((((status)::text = 'waitlisted'::text) = (waitlisted_at IS NOT NULL)))
);
ALTER TABLE invitations.participants OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.participants IS '参加者情報（1ユーザー×1募集につき1レコード）';
COMMENT ON COLUMN invitations.participants.status IS '参加・興味あり・キャンセル待ち（席を取るのは参加だけ）';
COMMENT ON COLUMN invitations.participants.created_at IS '最初に反応した時刻';
COMMENT ON COLUMN invitations.participants.joined_at IS '席を取った時刻（参加中だけ値を持つ、席の順序）';
COMMENT ON COLUMN invitations.participants.waitlisted_at IS 'キャンセル待ちに入った時刻（キャンセル待ちの間だけ値を持つ、待ち行列の順序）';
COMMENT ON COLUMN invitations.participants.chosen_at IS '本人が最後に参加状態を選んだ日時（繰り上げでは変わらない。記録のない古い行はNULL）';
CREATE SEQUENCE invitations.participants_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE invitations.participants_id_seq OWNER TO doukikai_owner;
ALTER SEQUENCE invitations.participants_id_seq OWNED BY invitations.participants.id;
CREATE TABLE invitations.refused_messages (
    id bigint NOT NULL,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    refused_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reason text NOT NULL
);
ALTER TABLE invitations.refused_messages OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.refused_messages IS '送れないメッセージ（大きすぎるなど、ブローカーが受け取らないもの）';
COMMENT ON COLUMN invitations.refused_messages.id IS 'outboxでのid（送信順）';
COMMENT ON COLUMN invitations.refused_messages.refused_at IS '断られた時刻';
COMMENT ON COLUMN invitations.refused_messages.reason IS '断られた理由（ブローカーの言葉）';
CREATE TABLE invitations.relay_lease (
    is_only boolean DEFAULT true NOT NULL,
    CONSTRAINT chk_relay_lease_only CHECK (is_only)
);
ALTER TABLE invitations.relay_lease OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.relay_lease IS '送信役の印（この1行をロックしたプロセスだけがoutboxを送る）';
CREATE TABLE invitations.reminder_opt_outs (
    user_id character varying(20) NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT chk_reminder_opt_out_user_id CHECK (((user_id)::text ~ '^[0-9]{1,20}$'::text))
);
ALTER TABLE invitations.reminder_opt_outs OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.reminder_opt_outs IS '開始前のお知らせを切ったユーザー';
CREATE TABLE invitations.repetitions (
    request_id uuid NOT NULL,
    times_left integer,
    until_date date,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    skipped_start timestamp(0) without time zone,
    CONSTRAINT chk_repetition_end CHECK (((times_left IS NULL) <> (until_date IS NULL))),
    CONSTRAINT chk_repetition_times_left CHECK (((times_left >= 1) AND (times_left <= 52)))
);
ALTER TABLE invitations.repetitions OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.repetitions IS '毎週のくり返し（いまの回が終わると次の回の下書きに付け替える）';
COMMENT ON COLUMN invitations.repetitions.request_id IS 'いまの回の下書きのID（募集のrequest_id）';
COMMENT ON COLUMN invitations.repetitions.times_left IS 'あと何回くり返すか（日付で終わるときはNULL）';
COMMENT ON COLUMN invitations.repetitions.until_date IS '最後の開始日（サーバーのタイムゾーンの日付、回数で終わるときはNULL）';
COMMENT ON COLUMN invitations.repetitions.skipped_start IS 'いまの回の本来の現地開始時刻（夏時間で飛ばされて遅くなるときだけ）';
CREATE VIEW invitations.sealed_texts AS
 SELECT (invitations.request_id)::text AS row_id,
    'instance_link'::text AS column_name,
    invitations.instance_link AS sealed
   FROM invitations.invitations
  WHERE ((invitations.instance_link IS NOT NULL) AND ((invitations.status)::text = ANY (ARRAY[('recruiting'::character varying)::text, ('full'::character varying)::text])))
UNION ALL
 SELECT (invitations.request_id)::text AS row_id,
    'vrchat_profile'::text AS column_name,
    invitations.vrchat_profile AS sealed
   FROM invitations.invitations
  WHERE ((invitations.vrchat_profile IS NOT NULL) AND ((invitations.status)::text = ANY (ARRAY[('recruiting'::character varying)::text, ('full'::character varying)::text])))
UNION ALL
 SELECT (drafts.request_id)::text AS row_id,
    'vrchat_profile'::text AS column_name,
    drafts.vrchat_profile AS sealed
   FROM invitations.drafts
  WHERE (drafts.vrchat_profile IS NOT NULL)
UNION ALL
 SELECT calendars.owner_id AS row_id,
    ('calendar_'::text || (calendars.owner_kind)::text) AS column_name,
    calendars.token AS sealed
   FROM invitations.calendars
UNION ALL
 SELECT (drafts.request_id)::text AS row_id,
    'draft_typed'::text AS column_name,
    drafts.typed AS sealed
   FROM invitations.drafts
  WHERE (drafts.typed IS NOT NULL)
UNION ALL
 SELECT (drafts.request_id)::text AS row_id,
    'draft_description'::text AS column_name,
    drafts.typed_description AS sealed
   FROM invitations.drafts
  WHERE (drafts.typed_description IS NOT NULL);
ALTER TABLE invitations.sealed_texts OWNER TO doukikai_owner;
COMMENT ON VIEW invitations.sealed_texts IS '暗号化されたすべての値（鍵の交換用）';
CREATE TABLE invitations.templates (
    template_id uuid NOT NULL,
    guild_id character varying(20) NOT NULL,
    host_id character varying(20),
    name character varying(80) NOT NULL,
    mention character varying(20) NOT NULL,
    event_name character varying(200) NOT NULL,
    start_time timestamp(3) with time zone NOT NULL,
    end_time timestamp(3) with time zone NOT NULL,
    world_name character varying(200) NOT NULL,
    world_link character varying(500),
    tag character varying(50) NOT NULL,
    description text NOT NULL,
    instance_type character varying(20) NOT NULL,
    max_participants integer NOT NULL,
    reminder_minutes integer NOT NULL,
    opening_time timestamp(3) with time zone,
    cutoff_time timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    co_host_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    more_reminders jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT chk_template_co_hosts CHECK (((co_host_ids)::text ~ '^\{([0-9]{1,20}(,[0-9]{1,20}){0,4})?\}$'::text)),
    CONSTRAINT chk_template_description CHECK ((char_length(description) <= 2000)),
    CONSTRAINT chk_template_ids CHECK ((((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND ((host_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_template_instance_type CHECK (((instance_type)::text = ANY (ARRAY[('group'::character varying)::text, ('friend'::character varying)::text, ('friendplus'::character varying)::text, ('public'::character varying)::text, ('invite'::character varying)::text, ('inviteplus'::character varying)::text, ('groupplus'::character varying)::text, ('grouppublic'::character varying)::text]))),
    CONSTRAINT chk_template_max_participants CHECK (((max_participants >= 1) AND (max_participants <= 100))),
    CONSTRAINT chk_template_mention CHECK (((mention)::text ~ '^([0-9]{1,20}|nobody|everyone|here)$'::text)),
    CONSTRAINT chk_template_more_reminders CHECK (
CASE jsonb_typeof(more_reminders)
    WHEN 'array'::text THEN (jsonb_array_length(more_reminders) <= 3)
    ELSE false
END),
    CONSTRAINT chk_template_names CHECK ((invitations.is_one_line((name)::text) AND invitations.is_one_line((event_name)::text) AND invitations.is_one_line((world_name)::text))),
    CONSTRAINT chk_template_reminder_minutes CHECK (((reminder_minutes >= 0) AND (reminder_minutes <= 1440))),
    CONSTRAINT chk_template_sign_up CHECK (((cutoff_time < end_time) AND (opening_time < COALESCE(cutoff_time, end_time)))),
    CONSTRAINT chk_template_tag CHECK ((invitations.is_one_line((tag)::text) AND (char_length((tag)::text) <= 16) AND (strpos((tag)::text, ':'::text) = 0))),
    CONSTRAINT chk_template_time_range CHECK ((start_time < end_time)),
    CONSTRAINT chk_template_world_link CHECK (((world_link)::text ~* '^https://[^[:space:][:cntrl:]]+$'::text))
);
ALTER TABLE invitations.templates OWNER TO doukikai_owner;
COMMENT ON TABLE invitations.templates IS 'テンプレート（下書きを開くもと。秘密は入れない）';
COMMENT ON COLUMN invitations.templates.host_id IS '持ち主のDiscord ID（NULLはサーバーのテンプレート）';
COMMENT ON COLUMN invitations.templates.name IS 'テンプレートの名前（持ち主ごとに一つ）';
COMMENT ON COLUMN invitations.templates.mention IS '投稿のときにメンションする相手（投稿のときに、もう一度確かめる）';
COMMENT ON COLUMN invitations.templates.start_time IS '保存したときの開始（使うのは曜日・時刻と長さ）';
COMMENT ON COLUMN invitations.templates.opening_time IS '受付開始（使うのは開始までの長さ。NULLはすぐ）';
COMMENT ON COLUMN invitations.templates.cutoff_time IS '受付締切（使うのは開始までの長さ。NULLは終了まで）';
COMMENT ON COLUMN invitations.templates.co_host_ids IS '共同主催のDiscordユーザーid';
COMMENT ON COLUMN invitations.templates.more_reminders IS 'ほかのリマインダー';
CREATE TABLE migrations.applied (
    service text NOT NULL,
    migration text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE migrations.applied OWNER TO doukikai_owner;
COMMENT ON TABLE migrations.applied IS '適用済みのマイグレーション（サービスのスキーマごと）';
COMMENT ON COLUMN migrations.applied.migration IS 'フォルダとファイル名（例: tickets/0002_requests）';
COMMENT ON COLUMN migrations.applied.sha256 IS '適用したファイルのSHA-256（改行コードの違いは含まない）';
CREATE TABLE scheduler.deadlines (
    kind text NOT NULL,
    subject_id text NOT NULL,
    due_at timestamp(3) with time zone NOT NULL,
    version bigint NOT NULL,
    fired_at timestamp with time zone,
    repeat_every interval,
    correlation_id uuid,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chk_deadline_repeat_every CHECK (((repeat_every IS NULL) OR (repeat_every > '00:00:00'::interval)))
);
ALTER TABLE scheduler.deadlines OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.deadlines IS '期限（募集の自動終了、定期的な掃除など）';
COMMENT ON COLUMN scheduler.deadlines.kind IS '期限の種類';
COMMENT ON COLUMN scheduler.deadlines.subject_id IS '対象のid（募集のidなど）';
COMMENT ON COLUMN scheduler.deadlines.version IS '元になったイベントの版（新しい版だけが上書きする）';
COMMENT ON COLUMN scheduler.deadlines.fired_at IS '発火した時刻（未発火はNULL）';
COMMENT ON COLUMN scheduler.deadlines.repeat_every IS '繰り返しの間隔（一度きりはNULL）';
COMMENT ON COLUMN scheduler.deadlines.set_at IS '期限の時刻が決まった時刻';
CREATE TABLE scheduler.erasures (
    member_key integer NOT NULL,
    interaction_id numeric(20,0) NOT NULL,
    erased_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE scheduler.erasures OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.erasures IS '消去の記録（消去より前に押された操作が、あとから会員を書き戻さないため）';
COMMENT ON COLUMN scheduler.erasures.member_key IS '会員のidのハッシュ（idそのものは残さない）';
COMMENT ON COLUMN scheduler.erasures.interaction_id IS '消去を求めた操作のid（これより小さいidの操作は古い）';
COMMENT ON COLUMN scheduler.erasures.erased_at IS '消去した時刻（古い記録の掃除に使う）';
CREATE TABLE scheduler.limits (
    name text NOT NULL,
    member_key bigint NOT NULL,
    used_until timestamp with time zone NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0.1');
ALTER TABLE scheduler.limits OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.limits IS '会員ごとの使用量（1分間の操作数など、上限のあるもの）';
COMMENT ON COLUMN scheduler.limits.name IS '上限の名前';
COMMENT ON COLUMN scheduler.limits.member_key IS '会員のidのハッシュ（idそのものは残さない）';
COMMENT ON COLUMN scheduler.limits.used_until IS '使用量がすべて戻る時刻';
CREATE TABLE scheduler.member_locks (
    bucket integer NOT NULL,
    CONSTRAINT chk_member_lock_bucket CHECK (((bucket >= 0) AND (bucket <= 65535)))
);
ALTER TABLE scheduler.member_locks OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.member_locks IS '会員ごとの順番待ち（同じ会員の操作と消去が同時に進まないため）';
COMMENT ON COLUMN scheduler.member_locks.bucket IS '会員のidのハッシュの一部（だれのものかはわからない）';
CREATE TABLE scheduler.outbox (
    id bigint NOT NULL,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_insert_threshold='500', autovacuum_vacuum_insert_scale_factor='0', autovacuum_analyze_threshold='500', autovacuum_analyze_scale_factor='0', autovacuum_vacuum_cost_delay='0');
ALTER TABLE scheduler.outbox OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.outbox IS '送信待ちメッセージ（業務データと同じトランザクションで書き、送信確認後に削除）';
COMMENT ON COLUMN scheduler.outbox.id IS '送信順';
COMMENT ON COLUMN scheduler.outbox.body IS '封筒のJSON（平文の秘密を含まない）';
ALTER TABLE scheduler.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME scheduler.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE scheduler.refused_messages (
    id bigint NOT NULL,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    refused_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reason text NOT NULL
);
ALTER TABLE scheduler.refused_messages OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.refused_messages IS '送れないメッセージ（大きすぎるなど、ブローカーが受け取らないもの）';
COMMENT ON COLUMN scheduler.refused_messages.id IS 'outboxでのid（送信順）';
COMMENT ON COLUMN scheduler.refused_messages.refused_at IS '断られた時刻';
COMMENT ON COLUMN scheduler.refused_messages.reason IS '断られた理由（ブローカーの言葉）';
CREATE TABLE scheduler.relay_lease (
    is_only boolean DEFAULT true NOT NULL,
    CONSTRAINT chk_relay_lease_only CHECK (is_only)
);
ALTER TABLE scheduler.relay_lease OWNER TO doukikai_owner;
COMMENT ON TABLE scheduler.relay_lease IS '送信役の印（この1行をロックしたプロセスだけがoutboxを送る）';
CREATE TABLE tickets.audit_log (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_id character varying(20) NOT NULL,
    actor_name character varying(100) NOT NULL,
    action text NOT NULL,
    ticket_id character varying(20),
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    correlation_id uuid,
    guild_id character varying(20),
    CONSTRAINT chk_audit_log_guild_id CHECK (((guild_id)::text ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT chk_audit_log_ids CHECK ((((actor_id)::text ~ '^[0-9]{1,20}$'::text) AND ((ticket_id)::text ~ '^[0-9]{1,20}$'::text)))
);
ALTER TABLE tickets.audit_log OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.audit_log IS '監査ログ（誰がいつ何をしたか。追記のみ）';
COMMENT ON COLUMN tickets.audit_log.action IS '実行されたコマンドの名前';
COMMENT ON COLUMN tickets.audit_log.details IS '補足（チケットの内容は入れない）';
COMMENT ON COLUMN tickets.audit_log.correlation_id IS '一連の処理のID（ログを探すための相関ID。記録のない古い行はNULL）';
COMMENT ON COLUMN tickets.audit_log.guild_id IS 'サーバーのDiscord ID（チケットのもの。チケットに関わらない行は補足が示す）';
ALTER TABLE tickets.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tickets.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tickets.erasure_log (
    id bigint NOT NULL,
    erased_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    member_key integer,
    interaction_id numeric(20,0) NOT NULL,
    audit_entries integer NOT NULL,
    guild_id character varying(20),
    CONSTRAINT chk_erasure_log_subject CHECK ((num_nonnulls(member_key, guild_id) <= 1))
);
ALTER TABLE tickets.erasure_log OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.erasure_log IS '消去の控え（erase_member と erase_guild だけが書く。サービスは変更も削除もできない）';
COMMENT ON COLUMN tickets.erasure_log.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある。サーバーの消去と、鍵のない版の消去ではNULL）';
COMMENT ON COLUMN tickets.erasure_log.interaction_id IS '消去を求めた操作のid（操作によらないものは0）';
COMMENT ON COLUMN tickets.erasure_log.audit_entries IS '監査ログで名前やidを消した行、またはサーバーごと消した行の数';
COMMENT ON COLUMN tickets.erasure_log.guild_id IS '消去したサーバーのDiscordのid（会員の消去ではNULL）';
ALTER TABLE tickets.erasure_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tickets.erasure_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tickets.erasures (
    member_key integer NOT NULL,
    interaction_id numeric(20,0) NOT NULL,
    erased_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE tickets.erasures OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.erasures IS '消去の記録（消去より前に押された操作が、あとから会員を書き戻さないため）';
COMMENT ON COLUMN tickets.erasures.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある）';
COMMENT ON COLUMN tickets.erasures.interaction_id IS '消去を求めた操作のid（これより小さいidの操作は古い）';
COMMENT ON COLUMN tickets.erasures.erased_at IS '消去した時刻（古い記録の掃除に使う）';
CREATE TABLE tickets.guilds (
    guild_id character varying(20) NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    log_channel_id character varying(20),
    per_category integer DEFAULT 1 NOT NULL,
    warn_after_minutes integer DEFAULT 2880 NOT NULL,
    close_after_minutes integer DEFAULT 1440 NOT NULL,
    categories character varying(50)[] DEFAULT '{question,trouble,other}'::character varying[] NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT chk_guild_categories CHECK (((categories <@ '{question,trouble,other}'::character varying[]) AND (array_position(categories, NULL::character varying) IS NULL))),
    CONSTRAINT chk_guild_close_after CHECK (((close_after_minutes >= 1) AND (close_after_minutes <= 10080))),
    CONSTRAINT chk_guild_ids CHECK ((((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND ((log_channel_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_guild_per_category CHECK (((per_category >= 1) AND (per_category <= 10))),
    CONSTRAINT chk_guild_version CHECK ((version >= 0)),
    CONSTRAINT chk_guild_warn_after CHECK (((warn_after_minutes >= 1) AND (warn_after_minutes <= 10080)))
);
ALTER TABLE tickets.guilds OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.guilds IS 'サーバーごとのチケットの設定（最初の変更で行ができる。それまでは既定値）';
COMMENT ON COLUMN tickets.guilds.guild_id IS 'サーバーのDiscordのid';
COMMENT ON COLUMN tickets.guilds.version IS '変更のたびに1増える番号';
COMMENT ON COLUMN tickets.guilds.log_channel_id IS '閉じたチケットの記録を残すチャンネル（NULLなら残さない）';
COMMENT ON COLUMN tickets.guilds.per_category IS '同じカテゴリで同時に開けるチケットの数';
COMMENT ON COLUMN tickets.guilds.warn_after_minutes IS '書き込みがないまま何分たったら知らせるか';
COMMENT ON COLUMN tickets.guilds.close_after_minutes IS '知らせてから書き込みがないまま何分たったら閉じるか';
COMMENT ON COLUMN tickets.guilds.categories IS '受け付けるカテゴリ（空ならチケットを受け付けない）';
CREATE TABLE tickets.limits (
    name text NOT NULL,
    member_key bigint NOT NULL,
    used_until timestamp with time zone NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0.1');
ALTER TABLE tickets.limits OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.limits IS '会員ごとの使用量（1分間の操作数など、上限のあるもの）';
COMMENT ON COLUMN tickets.limits.name IS '上限の名前';
COMMENT ON COLUMN tickets.limits.member_key IS '会員のidの、鍵つきハッシュ（鍵はデータベースの外にある）';
COMMENT ON COLUMN tickets.limits.used_until IS '使用量がすべて戻る時刻';
CREATE TABLE tickets.member_locks (
    bucket integer NOT NULL,
    CONSTRAINT chk_member_lock_bucket CHECK (((bucket >= 0) AND (bucket <= 65535)))
);
ALTER TABLE tickets.member_locks OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.member_locks IS '会員ごとの順番待ち（同じ会員の操作と消去が同時に進まないため）';
COMMENT ON COLUMN tickets.member_locks.bucket IS '会員のidの、鍵つきハッシュの一部（鍵はデータベースの外にある）';
CREATE TABLE tickets.outbox (
    id bigint NOT NULL,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_insert_threshold='500', autovacuum_vacuum_insert_scale_factor='0', autovacuum_analyze_threshold='500', autovacuum_analyze_scale_factor='0', autovacuum_vacuum_cost_delay='0');
ALTER TABLE tickets.outbox OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.outbox IS '送信待ちメッセージ（業務データと同じトランザクションで書き、送信確認後に削除）';
COMMENT ON COLUMN tickets.outbox.id IS '送信順';
COMMENT ON COLUMN tickets.outbox.body IS '封筒のJSON（平文の秘密を含まない）';
ALTER TABLE tickets.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tickets.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tickets.refused_messages (
    id bigint NOT NULL,
    message_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    refused_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reason text NOT NULL
);
ALTER TABLE tickets.refused_messages OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.refused_messages IS '送れないメッセージ（大きすぎるなど、ブローカーが受け取らないもの）';
COMMENT ON COLUMN tickets.refused_messages.id IS 'outboxでのid（送信順）';
COMMENT ON COLUMN tickets.refused_messages.refused_at IS '断られた時刻';
COMMENT ON COLUMN tickets.refused_messages.reason IS '断られた理由（ブローカーの言葉）';
CREATE TABLE tickets.relay_lease (
    is_only boolean DEFAULT true NOT NULL,
    CONSTRAINT chk_relay_lease_only CHECK (is_only)
);
ALTER TABLE tickets.relay_lease OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.relay_lease IS '送信役の印（この1行をロックしたプロセスだけがoutboxを送る）';
CREATE TABLE tickets.requests (
    request_id uuid NOT NULL,
    guild_id character varying(20) NOT NULL,
    channel_id character varying(20) NOT NULL,
    user_id character varying(20) NOT NULL,
    user_name character varying(100) NOT NULL,
    category character varying(50) NOT NULL,
    subject text NOT NULL,
    details text,
    slot integer,
    reply_to jsonb,
    ticket_id character varying(20),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT chk_request_category CHECK (((category)::text = ANY (ARRAY[('question'::character varying)::text, ('trouble'::character varying)::text, ('other'::character varying)::text]))),
    CONSTRAINT chk_request_details CHECK (((ticket_id IS NULL) = (details IS NOT NULL))),
    CONSTRAINT chk_request_ids CHECK ((((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND ((channel_id)::text ~ '^[0-9]{1,20}$'::text) AND ((user_id)::text ~ '^[0-9]{1,20}$'::text) AND ((ticket_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_request_sealed CHECK (((subject ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text) AND (details ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text))),
    CONSTRAINT chk_request_slot CHECK (((slot >= 1) AND (slot <= 10)))
);
ALTER TABLE tickets.requests OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.requests IS 'チケットの申し込み（スレッドができる前から、終わったあとしばらくまで）';
COMMENT ON COLUMN tickets.requests.subject IS '件名（暗号化保存）';
COMMENT ON COLUMN tickets.requests.details IS '内容（暗号化保存、スレッドに書いたら消す）';
COMMENT ON COLUMN tickets.requests.slot IS '同じカテゴリで同時に開けるチケットの何枚目か（終わったらNULL）';
COMMENT ON COLUMN tickets.requests.reply_to IS '申し込んだ人への返信先（トークンは暗号化済み）';
COMMENT ON COLUMN tickets.requests.ticket_id IS '開いたチケットのid（まだならNULL）';
CREATE TABLE tickets.tickets (
    id character varying(20) NOT NULL,
    user_id character varying(20) NOT NULL,
    user_name character varying(100) NOT NULL,
    category character varying(50) NOT NULL,
    subject text,
    status character varying(20) DEFAULT 'open'::character varying NOT NULL,
    staff_id character varying(20),
    staff_name character varying(100),
    on_hold boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    last_activity_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    closed_at timestamp(3) with time zone,
    closed_by character varying(20),
    close_reason text,
    request_id uuid,
    guild_id character varying(20),
    channel_id character varying(20),
    message_id character varying(20),
    version integer DEFAULT 1 NOT NULL,
    warns_at timestamp(3) with time zone,
    closes_at timestamp(3) with time zone,
    added_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    removed_ids character varying(20)[] DEFAULT '{}'::character varying[] NOT NULL,
    CONSTRAINT chk_ticket_category CHECK (((category)::text = ANY (ARRAY[('question'::character varying)::text, ('trouble'::character varying)::text, ('other'::character varying)::text]))),
    CONSTRAINT chk_ticket_closed CHECK ((((status)::text = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT chk_ticket_closed_at CHECK (((closed_at IS NULL) OR (closed_at >= created_at))),
    CONSTRAINT chk_ticket_ids CHECK ((((id)::text ~ '^[0-9]{1,20}$'::text) AND ((user_id)::text ~ '^[0-9]{1,20}$'::text) AND ((staff_id)::text ~ '^[0-9]{1,20}$'::text) AND ((closed_by)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_ticket_place CHECK (((request_id IS NOT NULL) AND (message_id IS NOT NULL) AND ((message_id)::text ~ '^[0-9]{1,20}$'::text) AND (guild_id IS NOT NULL) AND ((guild_id)::text ~ '^[0-9]{1,20}$'::text) AND (channel_id IS NOT NULL) AND ((channel_id)::text ~ '^[0-9]{1,20}$'::text))),
    CONSTRAINT chk_ticket_sealed CHECK (((subject IS NOT NULL) AND (subject ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text) AND (close_reason ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'::text))),
    CONSTRAINT chk_ticket_silence CHECK (((NOT (on_hold OR ((status)::text = 'closed'::text))) OR ((warns_at IS NULL) AND (closes_at IS NULL)))),
    CONSTRAINT chk_ticket_status CHECK (((status)::text = ANY (ARRAY[('open'::character varying)::text, ('closed'::character varying)::text])))
);
ALTER TABLE tickets.tickets OWNER TO doukikai_owner;
COMMENT ON TABLE tickets.tickets IS 'サポートチケット情報';
COMMENT ON COLUMN tickets.tickets.id IS '専用スレッドのDiscord id';
COMMENT ON COLUMN tickets.tickets.subject IS '件名（暗号化保存）';
COMMENT ON COLUMN tickets.tickets.on_hold IS '保留中（自動クローズの対象外）';
COMMENT ON COLUMN tickets.tickets.last_activity_at IS '最後の書き込みの時刻（放置の判定に使う）';
COMMENT ON COLUMN tickets.tickets.close_reason IS 'クローズの理由（暗号化保存）';
COMMENT ON COLUMN tickets.tickets.message_id IS 'ボタンの付いた投稿のDiscord id';
COMMENT ON COLUMN tickets.tickets.warns_at IS 'このまま書き込みがなければ知らせる時刻';
COMMENT ON COLUMN tickets.tickets.closes_at IS '知らせたあと、このまま書き込みがなければ閉じる時刻';
COMMENT ON COLUMN tickets.tickets.added_ids IS 'スタッフがスレッドに加えた人のDiscord id';
COMMENT ON COLUMN tickets.tickets.removed_ids IS 'スタッフがスレッドから外した人のDiscord id';
ALTER TABLE ONLY invitations.participants ALTER COLUMN id SET DEFAULT nextval('invitations.participants_id_seq'::regclass);
ALTER TABLE ONLY invitations.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY invitations.calendars
    ADD CONSTRAINT calendars_pkey PRIMARY KEY (owner_kind, owner_id);
ALTER TABLE ONLY invitations.drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY invitations.erasure_log
    ADD CONSTRAINT erasure_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY invitations.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (member_key);
ALTER TABLE ONLY invitations.feed_head
    ADD CONSTRAINT feed_head_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY invitations.feed
    ADD CONSTRAINT feed_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY invitations.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY invitations.guilds
    ADD CONSTRAINT guilds_pkey PRIMARY KEY (guild_id);
ALTER TABLE ONLY invitations.image_parts
    ADD CONSTRAINT image_parts_pkey PRIMARY KEY (name, part);
ALTER TABLE ONLY invitations.images
    ADD CONSTRAINT images_pkey PRIMARY KEY (name);
ALTER TABLE ONLY invitations.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY invitations.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY invitations.invitations
    ADD CONSTRAINT invitations_thread_id_key UNIQUE (thread_id);
ALTER TABLE ONLY invitations.limits
    ADD CONSTRAINT limits_pkey PRIMARY KEY (name, member_key);
ALTER TABLE ONLY invitations.member_locks
    ADD CONSTRAINT member_locks_pkey PRIMARY KEY (bucket);
ALTER TABLE ONLY invitations.outbox
    ADD CONSTRAINT outbox_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY invitations.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY invitations.owed_repairs
    ADD CONSTRAINT owed_repairs_pkey PRIMARY KEY (invitation_id, kind);
ALTER TABLE ONLY invitations.participants
    ADD CONSTRAINT participants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY invitations.refused_messages
    ADD CONSTRAINT refused_messages_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY invitations.refused_messages
    ADD CONSTRAINT refused_messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY invitations.relay_lease
    ADD CONSTRAINT relay_lease_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY invitations.reminder_opt_outs
    ADD CONSTRAINT reminder_opt_outs_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY invitations.repetitions
    ADD CONSTRAINT repetitions_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY invitations.templates
    ADD CONSTRAINT templates_pkey PRIMARY KEY (template_id);
ALTER TABLE ONLY invitations.calendars
    ADD CONSTRAINT unique_calendar_token UNIQUE (token_sha256);
ALTER TABLE ONLY invitations.invitations
    ADD CONSTRAINT unique_invitation_request UNIQUE (request_id);
ALTER TABLE ONLY invitations.participants
    ADD CONSTRAINT unique_participant UNIQUE (invitation_id, user_id);
COMMENT ON CONSTRAINT unique_participant ON invitations.participants IS '重複参加防止制約';
ALTER TABLE ONLY invitations.templates
    ADD CONSTRAINT uq_template_name UNIQUE NULLS NOT DISTINCT (guild_id, host_id, name);
ALTER TABLE ONLY migrations.applied
    ADD CONSTRAINT applied_pkey PRIMARY KEY (service, migration);
ALTER TABLE ONLY scheduler.deadlines
    ADD CONSTRAINT deadlines_pkey PRIMARY KEY (kind, subject_id);
ALTER TABLE ONLY scheduler.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (member_key);
ALTER TABLE ONLY scheduler.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY scheduler.limits
    ADD CONSTRAINT limits_pkey PRIMARY KEY (name, member_key);
ALTER TABLE ONLY scheduler.member_locks
    ADD CONSTRAINT member_locks_pkey PRIMARY KEY (bucket);
ALTER TABLE ONLY scheduler.outbox
    ADD CONSTRAINT outbox_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY scheduler.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY scheduler.refused_messages
    ADD CONSTRAINT refused_messages_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY scheduler.refused_messages
    ADD CONSTRAINT refused_messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY scheduler.relay_lease
    ADD CONSTRAINT relay_lease_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY tickets.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tickets.erasure_log
    ADD CONSTRAINT erasure_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tickets.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (member_key);
ALTER TABLE ONLY tickets.guilds
    ADD CONSTRAINT guilds_pkey PRIMARY KEY (guild_id);
ALTER TABLE ONLY tickets.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY tickets.limits
    ADD CONSTRAINT limits_pkey PRIMARY KEY (name, member_key);
ALTER TABLE ONLY tickets.member_locks
    ADD CONSTRAINT member_locks_pkey PRIMARY KEY (bucket);
ALTER TABLE ONLY tickets.outbox
    ADD CONSTRAINT outbox_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY tickets.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tickets.refused_messages
    ADD CONSTRAINT refused_messages_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY tickets.refused_messages
    ADD CONSTRAINT refused_messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tickets.relay_lease
    ADD CONSTRAINT relay_lease_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY tickets.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY tickets.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (id);
CREATE INDEX idx_audit_log_actor ON invitations.audit_log USING btree (actor_id, id DESC);
CREATE INDEX idx_audit_log_guild ON invitations.audit_log USING btree (guild_id, id DESC);
CREATE INDEX idx_audit_log_invitation ON invitations.audit_log USING btree (invitation_id, id DESC);
CREATE INDEX idx_draft_unpublished ON invitations.drafts USING btree (created_at) WHERE (invitation_id IS NULL);
CREATE INDEX idx_feed_erasures ON invitations.feed USING btree (sequence) WHERE (name = 'invitations.MemberErased'::text);
CREATE INDEX idx_feed_members ON invitations.feed USING gin (members);
CREATE UNIQUE INDEX idx_guild_api_token ON invitations.guilds USING btree (api_token_sha256) WHERE (api_token_sha256 IS NOT NULL);
CREATE INDEX idx_image_draft ON invitations.images USING btree (request_id);
CREATE INDEX idx_image_invitation ON invitations.images USING btree (invitation_id);
CREATE INDEX idx_inbox_press_lane ON invitations.inbox USING btree (press_lane, pressed) WHERE (press_lane IS NOT NULL);
CREATE INDEX idx_inbox_received_at ON invitations.inbox USING btree (received_at);
CREATE INDEX idx_invitation_active ON invitations.invitations USING btree (tag, start_time, id) WHERE ((status)::text = 'recruiting'::text);
CREATE INDEX idx_invitation_auto_close ON invitations.invitations USING btree (end_time) WHERE ((status)::text = ANY (ARRAY[('recruiting'::character varying)::text, ('full'::character varying)::text]));
CREATE INDEX idx_invitation_co_hosts ON invitations.invitations USING gin (co_host_ids);
CREATE INDEX idx_invitation_guild ON invitations.invitations USING btree (guild_id, status, start_time, id, tag);
CREATE INDEX idx_invitation_host ON invitations.invitations USING btree (host_id, start_time DESC);
CREATE INDEX idx_invitation_list ON invitations.invitations USING btree (status, tag, start_time, id);
CREATE INDEX idx_invitation_recent ON invitations.invitations USING btree (start_time DESC);
CREATE INDEX idx_invitation_soonest ON invitations.invitations USING btree (status, start_time, id);
CREATE INDEX idx_participant_count_covering ON invitations.participants USING btree (invitation_id) INCLUDE (user_id) WHERE ((status)::text = 'joined'::text);
CREATE INDEX idx_participant_invitation_status ON invitations.participants USING btree (invitation_id, status);
CREATE INDEX idx_participant_user_history ON invitations.participants USING btree (user_id, created_at DESC);
CREATE UNIQUE INDEX idx_participant_waitlist ON invitations.participants USING btree (invitation_id, waitlisted_at) WHERE ((status)::text = 'waitlisted'::text);
CREATE INDEX idx_template_host ON invitations.templates USING btree (host_id) WHERE (host_id IS NOT NULL);
CREATE INDEX idx_deadline_due ON scheduler.deadlines USING btree (due_at) WHERE (fired_at IS NULL);
CREATE INDEX idx_inbox_press_lane ON scheduler.inbox USING btree (press_lane, pressed) WHERE (press_lane IS NOT NULL);
CREATE INDEX idx_inbox_received_at ON scheduler.inbox USING btree (received_at);
CREATE INDEX idx_audit_log_guild ON tickets.audit_log USING btree (guild_id, id DESC);
CREATE INDEX idx_audit_log_ticket ON tickets.audit_log USING btree (ticket_id, id DESC);
CREATE INDEX idx_inbox_press_lane ON tickets.inbox USING btree (press_lane, pressed) WHERE (press_lane IS NOT NULL);
CREATE INDEX idx_inbox_received_at ON tickets.inbox USING btree (received_at);
CREATE INDEX idx_request_old ON tickets.requests USING btree (created_at);
CREATE UNIQUE INDEX idx_request_slot ON tickets.requests USING btree (guild_id, user_id, category, slot) WHERE (slot IS NOT NULL);
CREATE INDEX idx_ticket_guild_open ON tickets.tickets USING btree (guild_id, created_at, id) WHERE ((status)::text = 'open'::text);
CREATE INDEX idx_ticket_open ON tickets.tickets USING btree (created_at DESC) WHERE ((status)::text = 'open'::text);
CREATE INDEX idx_ticket_user_history ON tickets.tickets USING btree (user_id, created_at DESC);
CREATE STATISTICS invitations.stat_invitation_status_tag ON tag, status FROM invitations.invitations;
ALTER STATISTICS invitations.stat_invitation_status_tag OWNER TO doukikai_owner;
CREATE TRIGGER trg_audit_log_guild BEFORE INSERT ON invitations.audit_log FOR EACH ROW EXECUTE FUNCTION invitations.set_audit_log_guild();
CREATE TRIGGER trg_invitation_beginning BEFORE INSERT ON invitations.invitations FOR EACH ROW EXECUTE FUNCTION invitations.prevent_false_beginning();
CREATE TRIGGER trg_invitation_final_state BEFORE DELETE OR UPDATE ON invitations.invitations FOR EACH ROW EXECUTE FUNCTION invitations.prevent_final_state_modification();
CREATE CONSTRAINT TRIGGER trg_invitation_queue AFTER UPDATE ON invitations.invitations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((new.status)::text = 'recruiting'::text) AND (new.waitlisted_count > 0))) EXECUTE FUNCTION invitations.prevent_free_seat_beside_queue();
CREATE TRIGGER trg_invitation_seats BEFORE UPDATE OF id, joined_count, waitlisted_count, max_participants ON invitations.invitations FOR EACH ROW EXECUTE FUNCTION invitations.follow_seats_taken();
CREATE TRIGGER trg_invitation_updated_at BEFORE UPDATE ON invitations.invitations FOR EACH ROW EXECUTE FUNCTION invitations.update_invitation_updated_at();
CREATE TRIGGER trg_participant_final_state BEFORE INSERT OR DELETE OR UPDATE ON invitations.participants FOR EACH ROW EXECUTE FUNCTION invitations.prevent_final_participant_modification();
CREATE TRIGGER trg_participant_seats_delete AFTER DELETE ON invitations.participants REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION invitations.count_seats_taken();
CREATE TRIGGER trg_participant_seats_insert AFTER INSERT ON invitations.participants REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION invitations.count_seats_taken();
CREATE TRIGGER trg_participant_seats_update AFTER UPDATE ON invitations.participants REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION invitations.count_seats_taken();
CREATE TRIGGER trg_participant_times BEFORE INSERT OR UPDATE ON invitations.participants FOR EACH ROW EXECUTE FUNCTION invitations.keep_participant_times();
CREATE TRIGGER trg_participant_turn AFTER INSERT OR UPDATE OF status ON invitations.participants FOR EACH ROW WHEN (((new.status)::text = 'joined'::text)) EXECUTE FUNCTION invitations.prevent_overtaking();
CREATE TRIGGER trg_audit_log_guild BEFORE INSERT ON tickets.audit_log FOR EACH ROW EXECUTE FUNCTION tickets.set_audit_log_guild();
CREATE TRIGGER trg_ticket_slot AFTER DELETE OR UPDATE OF status ON tickets.tickets FOR EACH ROW WHEN (((old.status)::text = 'open'::text)) EXECUTE FUNCTION tickets.free_slot();
ALTER TABLE ONLY invitations.participants
    ADD CONSTRAINT fk_participant_invitation FOREIGN KEY (invitation_id) REFERENCES invitations.invitations(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY invitations.image_parts
    ADD CONSTRAINT image_parts_name_fkey FOREIGN KEY (name) REFERENCES invitations.images(name) ON DELETE CASCADE;
ALTER TABLE ONLY invitations.owed_repairs
    ADD CONSTRAINT owed_repairs_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES invitations.invitations(id) ON DELETE CASCADE;
GRANT USAGE ON SCHEMA invitations TO invitations;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA scheduler TO scheduler;
GRANT USAGE ON SCHEMA tickets TO tickets;
REVOKE ALL ON FUNCTION invitations.count_seats_taken() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.count_seats_taken() TO invitations;
REVOKE ALL ON FUNCTION invitations.longest_transaction() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.longest_transaction() TO invitations;
REVOKE ALL ON FUNCTION invitations.end_old_transactions() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.end_old_transactions() TO invitations;
REVOKE ALL ON FUNCTION invitations.erase_guild(erased_id text) FROM PUBLIC;
REVOKE ALL ON FUNCTION invitations.erase_member(member_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.erase_member(member_id text) TO invitations;
REVOKE ALL ON FUNCTION invitations.erase_member(member_id text, request_key integer) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.erase_member(member_id text, request_key integer) TO invitations;
REVOKE ALL ON FUNCTION invitations.follow_seats_taken() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.follow_seats_taken() TO invitations;
REVOKE ALL ON FUNCTION invitations.is_one_line(value text) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.is_one_line(value text) TO invitations;
REVOKE ALL ON FUNCTION invitations.keep_participant_times() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.keep_participant_times() TO invitations;
REVOKE ALL ON FUNCTION invitations.list_invitations(of_status text, of_tags text[], at_time timestamp with time zone, at_id text, is_before boolean, most bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.list_invitations(of_status text, of_tags text[], at_time timestamp with time zone, at_id text, is_before boolean, most bigint) TO invitations;
REVOKE ALL ON FUNCTION invitations.list_invitations_of_tag(of_status text, of_tag text, at_time timestamp with time zone, at_id text, is_before boolean, most bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.list_invitations_of_tag(of_status text, of_tag text, at_time timestamp with time zone, at_id text, is_before boolean, most bigint) TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.inbox TO invitations;
REVOKE ALL ON FUNCTION invitations.newest_press(lane bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.newest_press(lane bigint) TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.feed TO invitations;
GRANT SELECT,UPDATE ON TABLE invitations.feed_head TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.outbox TO invitations;
REVOKE ALL ON FUNCTION invitations.number_events(events jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.number_events(events jsonb) TO invitations;
REVOKE ALL ON FUNCTION invitations.prevent_false_beginning() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.prevent_false_beginning() TO invitations;
REVOKE ALL ON FUNCTION invitations.prevent_final_participant_modification() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.prevent_final_participant_modification() TO invitations;
REVOKE ALL ON FUNCTION invitations.prevent_final_state_modification() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.prevent_final_state_modification() TO invitations;
REVOKE ALL ON FUNCTION invitations.prevent_free_seat_beside_queue() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.prevent_free_seat_beside_queue() TO invitations;
REVOKE ALL ON FUNCTION invitations.prevent_overtaking() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.prevent_overtaking() TO invitations;
REVOKE ALL ON FUNCTION invitations.set_audit_log_guild() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.set_audit_log_guild() TO invitations;
REVOKE ALL ON FUNCTION invitations.update_invitation_updated_at() FROM PUBLIC;
GRANT ALL ON FUNCTION invitations.update_invitation_updated_at() TO invitations;
REVOKE ALL ON FUNCTION pg_catalog.lo_close(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_creat(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_create(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid, bigint, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_lseek(integer, integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_lseek64(integer, bigint, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_open(oid, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_put(oid, bigint, bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_tell(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_tell64(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_truncate(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_truncate64(integer, bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lo_unlink(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.loread(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.lowrite(integer, bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_lock(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_lock(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_lock_shared(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_lock_shared(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_xact_lock(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_xact_lock(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_xact_lock_shared(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_advisory_xact_lock_shared(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_export_snapshot() FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_notify(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_lock(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_lock(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_lock_shared(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_lock_shared(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_xact_lock(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_xact_lock(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_xact_lock_shared(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION pg_catalog.pg_try_advisory_xact_lock_shared(integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION scheduler.longest_transaction() FROM PUBLIC;
GRANT ALL ON FUNCTION scheduler.longest_transaction() TO scheduler;
REVOKE ALL ON FUNCTION scheduler.end_old_transactions() FROM PUBLIC;
GRANT ALL ON FUNCTION scheduler.end_old_transactions() TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.inbox TO scheduler;
REVOKE ALL ON FUNCTION scheduler.newest_press(lane bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION scheduler.newest_press(lane bigint) TO scheduler;
REVOKE ALL ON FUNCTION tickets.longest_transaction() FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.longest_transaction() TO tickets;
REVOKE ALL ON FUNCTION tickets.end_old_transactions() FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.end_old_transactions() TO tickets;
REVOKE ALL ON FUNCTION tickets.erase_guild(erased_id text) FROM PUBLIC;
REVOKE ALL ON FUNCTION tickets.erase_member(member_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.erase_member(member_id text) TO tickets;
REVOKE ALL ON FUNCTION tickets.erase_member(member_id text, request_key integer) FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.erase_member(member_id text, request_key integer) TO tickets;
REVOKE ALL ON FUNCTION tickets.free_slot() FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.free_slot() TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.inbox TO tickets;
REVOKE ALL ON FUNCTION tickets.newest_press(lane bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.newest_press(lane bigint) TO tickets;
REVOKE ALL ON FUNCTION tickets.set_audit_log_guild() FROM PUBLIC;
GRANT ALL ON FUNCTION tickets.set_audit_log_guild() TO tickets;
GRANT SELECT,INSERT ON TABLE invitations.audit_log TO invitations;
GRANT USAGE ON SEQUENCE invitations.audit_log_id_seq TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.calendars TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.drafts TO invitations;
GRANT SELECT ON TABLE invitations.erasure_log TO invitations;
GRANT USAGE ON SEQUENCE invitations.erasure_log_id_seq TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.erasures TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.guilds TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.image_parts TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.images TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.invitations TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.limits TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.member_locks TO invitations;
GRANT USAGE ON SEQUENCE invitations.outbox_id_seq TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.owed_repairs TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.participants TO invitations;
GRANT USAGE ON SEQUENCE invitations.participants_id_seq TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.refused_messages TO invitations;
GRANT SELECT,UPDATE ON TABLE invitations.relay_lease TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.reminder_opt_outs TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.repetitions TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.sealed_texts TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invitations.templates TO invitations;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.deadlines TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.erasures TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.limits TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.member_locks TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.outbox TO scheduler;
GRANT USAGE ON SEQUENCE scheduler.outbox_id_seq TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.refused_messages TO scheduler;
GRANT SELECT,UPDATE ON TABLE scheduler.relay_lease TO scheduler;
GRANT SELECT,INSERT ON TABLE tickets.audit_log TO tickets;
GRANT USAGE ON SEQUENCE tickets.audit_log_id_seq TO tickets;
GRANT SELECT ON TABLE tickets.erasure_log TO tickets;
GRANT USAGE ON SEQUENCE tickets.erasure_log_id_seq TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.erasures TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.guilds TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.limits TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.member_locks TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.outbox TO tickets;
GRANT USAGE ON SEQUENCE tickets.outbox_id_seq TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.refused_messages TO tickets;
GRANT SELECT,UPDATE ON TABLE tickets.relay_lease TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.requests TO tickets;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tickets.tickets TO tickets;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA invitations GRANT USAGE ON SEQUENCES TO invitations;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA invitations GRANT ALL ON FUNCTIONS TO invitations;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA invitations GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO invitations;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA scheduler GRANT USAGE ON SEQUENCES TO scheduler;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA scheduler GRANT ALL ON FUNCTIONS TO scheduler;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA scheduler GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO scheduler;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA tickets GRANT USAGE ON SEQUENCES TO tickets;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA tickets GRANT ALL ON FUNCTIONS TO tickets;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA tickets GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO tickets;
ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC;

INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0001_invitations', '4059b3d9b4e87acf3a53d5aaf178494a9d79e4306ed4e3906c6750eda6fdc465');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0002_participants', 'fece262e9d5893d5f023420713d3dbc691f37f28a969a069e0395e3d74a188d0');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0003_drafts', '0c56aae5314c2d5e070ec23dbe05fd483ef691c1f3d0ec2f068259224f382c05');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0004_cancel_reason', 'a30fc23f84c9f2f5d9ecd4e7f20ed3feee304d365a2d80a757c8eab5c19f76f7');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0005_audit_log', 'e020d66bf4a82ae1ed0fbfefed287a8934701b2ad5932ae445119863d07368de');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0006_waitlist', '507c9e49a92b78c0d6177a01e49006b41656cdd191bf9b3bed75de4fb9f81a6e');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0007_waitlist_order', '4d07b751ddb066b83b909d8a965d7353c4a4edfd619eb548f99b8e98097dabd4');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0008_cancel_reason_valid', 'f2da5721d47d7dbf43efb2ddc2d36534e6021b07e41e7271429b51b932f99e9e');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0009_reminders', '446a1ea727e7d8563666ce0c5145efd6894652f93403afc251c058fde1fcfd62');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0010_reminders_valid', 'd0a6f06d237a54465a835d1211e21c2fdbe62a9e20b63c28756461af4cc092fa');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0011_sealed_texts', '6c833b03b9a06ccf2cd612a7969643784799fe25d355843694f92ef06624f8d3');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0012_calendars', 'ca3308b7e8662ea21e110fa752de9c30070ffa177c64156e9e5f5696460ab408');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0013_audit_log_story', '9f0c0e51bf6f3c64c08f140950b6539d4126862980d3134eb380143481272076');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0014_audit_log_by_actor', 'eb7a80623c5ca8ed93a210ca001afe87a4c3de40908dbe5d3efd4cb86036676b');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0015_erase_member', '830f8669d31ca690b52c5c5ec590f07e81dd590999bda58e99e543f5378f6087');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0016_repetitions', 'a71b4dfafae457f516ff16a8bfb22e91ea333400b4400e5509f64a15770c891d');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0017_erase_reasons', 'ec93374fd75d1419e5912b5cf10e4bb0a0debf4d9a44f7040b39885dd82d8027');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0018_chosen_at', '374f1c6720de54e9516004e9a6a687f210a710c9ad165c516e0a2f643f884315');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0019_count_seats_once', 'e3c668952e0a362b997a8938d0bbcaca389b82f486402fea4c9fbb0b9d0908ef');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0020_list_invitations', '67766a9706bf8571d6f40aef0d4116c37e73561889b7ec7ce7acbfd78a1e4600');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0021_world_link', '1b4c7bee37f16714b251f9101a494f5232bae6e012075a3f1a749963edf198d7');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0022_world_link_valid', 'e44c36e4a311249ecf11b8a7029efa9f1dcb47e255bbbdb6f0da99de5dbcea8e');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0023_list_hosts', 'b5e6c3e2bd7763032fb6da9e6ed8f9e1187a561bed31f1ced1183a8fe99324d0');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0024_search_paths', '78fdfadefbe380e6958aa939dd896217312a4c7fda15fb677bad441d252431b7');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0025_erasure_log', 'cf712912840694c7acb9cfc4f9c39c57d419b1c3a0c8d7e9879aa804283c1c8d');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0026_audit_log_guild', '893b1078b29deb7331d9631c1db0979fff92c8d52c3eb8000d6920e45e7b8cd4');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0026b_guild_indexes', '5dfec3393331d9e228eb942f5719e32ecd85d8bdea1f243e8e855c62ef91e2cd');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0027_guilds', '24160f6aa697a25c36866a5ea1df49f6bf021cfa02027763effc1940dccfece6');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0028_staff_channel_valid', 'b1dd174624007274cc8e09a7a27dc2b3642face0fec6bd5faf6461228b536bee');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0029_skipped_start', '16bc89dbad7beb2e459997d6b85b6fdf5f9a9b69bcfa6934746931155f6e3c5b');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0030_erase_guild', 'b311fcf873bc01c1af36e886b3a3e7d726664ca6dc9d0c5551744d0d8bacdcd3');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0031_erase_guild_valid', '7891ece254cfd424edbb60d975a2c19a805e0d73c12e3f169c4de49e2abca359');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0032_listed_guilds', 'd58c533bcb0af28b88fb13faa2b09182c1e95dd7a771ad11bfb2ae18fa1aded1');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0033_announcement_moved', '7479b0a14676b2425145553c4240a0b3009f8bde14041e393456e24a09c1dd3c');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0034_announcement_moved_valid', 'f1b5f0df099409c1dd19593990053b2dc40f06797d5d83bc0fd96f54f71a3dae');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0036_host_drafts', 'ab89ba3f82a6b4fd593464a94e4657178084168c1b417beaea86194c4c5e3bd2');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0037_host_drafts_valid', 'ba8d3e91891e4b5b0f8f911471042b97203c0ed3362e4e6b59616d2f23c6d956');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0038_sign_up_times', 'f046dccf15b97084c3b94ecfe7cfb5e27e3cdc24a578a7ddf8757530743c5648');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0038b_sign_up_times_valid', '76efdff83be82e2ac2848fe3dd1a433a077b262d88e7271fcef5e3632dc37e01');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0040_keyed_hashes', 'a44c9593b95ca64698b7bda3550abaf924b5963a025a3d06e31d9fd9c28558ad');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0041_keyed_hashes_valid', '7891ece254cfd424edbb60d975a2c19a805e0d73c12e3f169c4de49e2abca359');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0045_live_list', 'edaaa0e1cd7500bf53791819dfdca96020ad5dd9b6c470278eb014438d28ffc6');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0046_live_list_valid', '99fdbe368df86e7bacdcba4ed746173d7e6d25d5c3e5afe19dbcc6c5e3e73931');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0048_start_announced', '1aa62a39f1357baaf32893ceb9b64f491fae4d71c4877fdd2748cf57639ea3b2');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0049_role_mentions', '17776c37b1f3911cbaef7dbcc434bd46e716539fabb7fcafda56b8c697e62559');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0050_role_mentions_valid', '36ff2eb5242aba4734b33aee85945f8138910665dfa90da4f957a4f973c8fca5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0051_images', '9de983ef671704f9bdfdec7ce07884d545820078d137e6314944baa6ff0caed2');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0052_images_valid', '37ba602344c0c349560bdbeb953d98943a7fbe9d1059a17e30b0deeed3f6cfe7');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0053_erase_images', '7af953c20fd95b59258621675eaa033f471eb8615bc1237bb183ff18d34be58e');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0054_templates', 'ee628e7ddc73958159cf08a21656feea0ac2ed310b24b991801d795cc55623cd');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0055_feed', '90a368ad3f3413cc774d81baa99e85d48d06853e5df1d6685856e0480056bd07');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0060_co_hosts', 'da1402779bf3f8dda9032d5ac04c8abe8237c6ece6358eb09c49c3f7c8da7e57');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0061_co_hosts_valid', 'bd557cfdeec476e3e7889b6210c8de027e6657b867e838ebc7eb73151e2cbbba');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0062_more_reminders', '86d7fe18b20ec8a35cb3b83822c248f3588314780143bd13c0174b385af05b3b');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0063_more_reminders_valid', '9160ae2076b2c4db047349a17a84ad0d2d5af0918018b366950747c98088322c');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0073_guild_tags', '603ecf63ddd1836d6cc1eaa74349b18859b55e9b9dbb1ae92c94987f1fa41422');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0073b_soonest_index', 'a5a6e48fd956529b2699b462098f8671e3b42e1c8b928c0b6fe09d3016f61a1b');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0074_guild_tags_valid', '933fffa2e5e99c4d1e9af2bc2bf01d278a0299f1057cf4d19b1e8db5078a90a7');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0077_list_versions', 'daede81c83a08d5a8c4100982d350126b90f008b71282f763931241e1fa3f2a3');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0080_api_token', 'd39e6e5f7bc5976ce99667efaf0f0670bcfcf9356442bc206c01a4f64c0f9f99');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0080b_api_token_index', '95aa1d9e6c5c795406a25ed9789d2a00ddf84a4d17c9259fa53f511f7ad276be');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'invitations/0081_api_token_valid', 'aedcc6877dfb4f44218f5e79223ff8f6ea5adc1f71fed91b6780083efb366580');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0001_inbox_and_outbox', 'e7d2d413888645b377b4b3c68c686b0eb465aaf5149fecc83d6e0be7ed7ddbec');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0002_press_order', 'ec7ad42090cfdb2b139faf6c53502e749f4fb01f38dfc1e975bca14ef1eb1ef5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0003_press_order_index', '2136cadf3075781be22e7231357be28ced507423457bd928d4c93b1f088df0e5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0004_erasures', 'c32f122b364f3a9fc7cfb16336f63fb73fdcccd88b89ed6c309c7cb8c474cd6a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0005_refused_messages', '7117d9e002399721f2541e2531744845329da0f0f662108241a4e1d0120bea76');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0006_limits', '8f0e2baa34679e9ea04d54f4ad37073fc0e1dee7aee656aee76ebd877204aa5d');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0007_relay_lease', '867ea1476dde7bc9ea587701798204cc7dc61183c4a6f4a0ddbd9c28284966fc');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0008_member_locks', '2f8b35b5bd9cfc012c1efa148ee900d7b35fa23ce648c1cf283f4d20489ed691');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0009_newest_press', 'c92afbe139780b7f8a5cd0c508c53074bc73a23f3b75317db78fc24104c2cb6a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('invitations', 'messaging/0010_end_old_transactions', '1f1d1929a778194d8cbd642696ee74d9610c6cfd345fb8f734093f2f0a4df55a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0001_inbox_and_outbox', 'e7d2d413888645b377b4b3c68c686b0eb465aaf5149fecc83d6e0be7ed7ddbec');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0002_press_order', 'ec7ad42090cfdb2b139faf6c53502e749f4fb01f38dfc1e975bca14ef1eb1ef5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0003_press_order_index', '2136cadf3075781be22e7231357be28ced507423457bd928d4c93b1f088df0e5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0004_erasures', 'c32f122b364f3a9fc7cfb16336f63fb73fdcccd88b89ed6c309c7cb8c474cd6a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0005_refused_messages', '7117d9e002399721f2541e2531744845329da0f0f662108241a4e1d0120bea76');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0006_limits', '8f0e2baa34679e9ea04d54f4ad37073fc0e1dee7aee656aee76ebd877204aa5d');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0007_relay_lease', '867ea1476dde7bc9ea587701798204cc7dc61183c4a6f4a0ddbd9c28284966fc');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0008_member_locks', '2f8b35b5bd9cfc012c1efa148ee900d7b35fa23ce648c1cf283f4d20489ed691');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0009_newest_press', 'c92afbe139780b7f8a5cd0c508c53074bc73a23f3b75317db78fc24104c2cb6a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'messaging/0010_end_old_transactions', '1f1d1929a778194d8cbd642696ee74d9610c6cfd345fb8f734093f2f0a4df55a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'scheduler/0001_deadlines', 'e6ae5f3dc8e02d3a0b4a360890c40153c19acc5d5c4f7b1d492492b4ef331369');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('scheduler', 'scheduler/0002_set_at', 'e7e8672ccbf898d1527dcc842b1078cf3f231efd17b0f1fe84e61c92e9f0ba35');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0001_inbox_and_outbox', 'e7d2d413888645b377b4b3c68c686b0eb465aaf5149fecc83d6e0be7ed7ddbec');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0002_press_order', 'ec7ad42090cfdb2b139faf6c53502e749f4fb01f38dfc1e975bca14ef1eb1ef5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0003_press_order_index', '2136cadf3075781be22e7231357be28ced507423457bd928d4c93b1f088df0e5');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0004_erasures', 'c32f122b364f3a9fc7cfb16336f63fb73fdcccd88b89ed6c309c7cb8c474cd6a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0005_refused_messages', '7117d9e002399721f2541e2531744845329da0f0f662108241a4e1d0120bea76');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0006_limits', '8f0e2baa34679e9ea04d54f4ad37073fc0e1dee7aee656aee76ebd877204aa5d');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0007_relay_lease', '867ea1476dde7bc9ea587701798204cc7dc61183c4a6f4a0ddbd9c28284966fc');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0008_member_locks', '2f8b35b5bd9cfc012c1efa148ee900d7b35fa23ce648c1cf283f4d20489ed691');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0009_newest_press', 'c92afbe139780b7f8a5cd0c508c53074bc73a23f3b75317db78fc24104c2cb6a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'messaging/0010_end_old_transactions', '1f1d1929a778194d8cbd642696ee74d9610c6cfd345fb8f734093f2f0a4df55a');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0001_tickets', 'ef3e78b7d485b5e7a9bb897d3a0f7efe93d6a1780a347d92af90fbf65ce11ac8');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0002_requests', '26101a1989c6c2916be0f5cee565fdba681f0bf4e9ee0b37332383647e6436e6');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0003_requests_valid', 'f98c6f09ab709febb84271d3a745d8c1dd398c5649b0e6cff3d38379394ce547');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0004_audit_log', '984c451b127263d2174f0064d0c6eeeffb7d4ab4b4f59785a1d2e5d01f251152');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0005_people', 'bcd7a7a0484190a85ee58da9b9068cd741b514e35f6d8aab50d46b68e8c7ea8e');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0006_erase_member', 'b74f4ba7d54fcff760a5520079aa1fa68f9bcb666b4576b43937b53b99a6aadf');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0007_search_paths', '769fb87e905c0892908783ce7dbb1a2c332007fd6d3264e4f107a9ba740cb51c');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0008_erasure_log', '8bb8e272f2d6a67df0b4e06f643708a91e6755d227151adf3a790bcc1415129b');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0009_audit_log_story', '9f0c0e51bf6f3c64c08f140950b6539d4126862980d3134eb380143481272076');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0010_guilds', 'cd224af18ad01b153c6effc364835aab4715aa953842772ec318afd94d9144c9');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0012_guild_index', '56e1d3ad5909b6b0ad5edc2cdb131c1b027c6d4e9b27ecfc7de6a232307b99a3');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0013_erase_guild', 'e21173eb472bf2f13195f4d5557e5f1c6e6a5bb5dbf6ea5e3d3ffe47033db873');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0014_erase_guild_valid', '7891ece254cfd424edbb60d975a2c19a805e0d73c12e3f169c4de49e2abca359');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0016_audit_log_guild', '6d8737950e4250dd7b10ac04eded41e9fb07214787659f1d8b7f1eb8fc16532b');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0017_audit_log_guild_index', 'c1647ac6c29a945cfb3cee90b8330f0b9a52e40df49cf179def3b83bad615b69');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0018_keyed_hashes', '188eda54e352e0e71aed31337531d72e52d07c499b3f758e67853cedce985616');
INSERT INTO migrations.applied (service, migration, sha256) VALUES ('tickets', 'tickets/0019_keyed_hashes_valid', '7891ece254cfd424edbb60d975a2c19a805e0d73c12e3f169c4de49e2abca359');
