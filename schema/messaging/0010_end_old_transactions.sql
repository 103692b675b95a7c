-- A transaction that stays open keeps the dead rows of every table in the database. The timeouts of a role are
-- only its defaults: a thief of its password switches them off. So each service ends the old transactions of all
-- services, and no single one of them can prevent that.

CREATE FUNCTION longest_transaction() RETURNS interval
LANGUAGE sql IMMUTABLE
RETURN INTERVAL '1 minute';

COMMENT ON FUNCTION longest_transaction() IS 'サービスのトランザクションが開いていてよい時間（正しいものは数秒で終わる）';

-- The owner may end sessions, except a superuser's: schema/roles.sql.
CREATE FUNCTION end_old_transactions() RETURNS bigint
LANGUAGE sql VOLATILE
SECURITY DEFINER
BEGIN ATOMIC
  SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))
    FROM pg_stat_activity
   WHERE datname = current_database()
     AND pid <> pg_backend_pid()
     AND usename IN ('invitations', 'tickets', 'scheduler', 'monitoring')
     AND xact_start < clock_timestamp() - longest_transaction();
END;

COMMENT ON FUNCTION end_old_transactions() IS 'サービスの役割が開いたままにしたトランザクションを、接続ごと終わらせる（終わらせた数を返す）';
