-- Who may do what. Applied before the migrations on every run, so every statement stands repeating.
-- Passwords are set by migrate.py from the environment; none is ever written in a file.

DO $$
DECLARE
  service text;
  callable regprocedure;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doukikai_owner') THEN
    CREATE ROLE doukikai_owner NOLOGIN;
  END IF;
  -- For end_old_transactions(), which each service may call: it sees and ends the sessions of roles.
  GRANT pg_read_all_stats, pg_signal_backend TO doukikai_owner;

  -- For a replica, which reads the log and no table; without a password it cannot log in.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doukikai_replicator') THEN
    CREATE ROLE doukikai_replicator;
  END IF;
  ALTER ROLE doukikai_replicator LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS CONNECTION LIMIT 10;

  EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  -- Locks, connections and disk are the server's: no role gets at them by another database either.
  REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

  FOREACH service IN ARRAY ARRAY['invitations', 'tickets', 'scheduler'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
      EXECUTE format('CREATE ROLE %I', service);
    END IF;
    EXECUTE format(
      'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', service);
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION doukikai_owner', service);
    -- A role may change its own settings, and they would outlive a leaked password.
    EXECUTE format('ALTER ROLE %I RESET ALL', service);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', service, current_database());

    -- On the role, because PgBouncer refuses them as start-up parameters and SET would leak.
    EXECUTE format('ALTER ROLE %1$I SET search_path = %1$I', service);
    EXECUTE format('ALTER ROLE %I SET timezone = ''UTC''', service);
    EXECUTE format('ALTER ROLE %I SET statement_timeout = ''5s''', service);
    EXECUTE format('ALTER ROLE %I SET lock_timeout = ''3s''', service);
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''15s''', service);
    IF current_setting('server_version_num')::integer >= 170000 THEN
      EXECUTE format('ALTER ROLE %I SET transaction_timeout = ''1min''', service);
    END IF;
    EXECUTE format('ALTER ROLE %I SET jit = off', service);
    -- Of each session; only a superuser can raise it.
    EXECUTE format('ALTER ROLE %I SET temp_file_limit = ''256MB''', service);
    -- PgBouncer's pool for one role and its reserve (deploy/pgbouncer). One hostile service leaves 87 of 200
    -- connections to the other services, migrations and operators.
    EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 110', service);

    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
    EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO %1$I', service);
    EXECUTE format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA %1$I
         GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %1$I', service);
    EXECUTE format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA %1$I
         GRANT USAGE ON SEQUENCES TO %1$I', service);
    EXECUTE format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE doukikai_owner IN SCHEMA %1$I
         GRANT EXECUTE ON FUNCTIONS TO %1$I', service);
  END LOOP;

  -- Prometheus's exporters: figures of the server, and no row of anybody. Without a password it lets nobody in.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitoring') THEN
    CREATE ROLE monitoring;
  END IF;
  ALTER ROLE monitoring LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 10;
  ALTER ROLE monitoring RESET ALL;
  EXECUTE format('ALTER ROLE monitoring IN DATABASE %I RESET ALL', current_database());
  ALTER ROLE monitoring SET statement_timeout = '5s';
  ALTER ROLE monitoring SET temp_file_limit = '64MB';
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO monitoring', current_database());
  GRANT pg_monitor TO monitoring;

  -- Advisory locks belong to the whole database: by them any role could stop another one, or fill the server's
  -- table of locks. The services of a release before relay_lease still take such locks, so
  -- its database keeps the right in the run that upgrades it, and loses it in the next one.
  IF to_regclass('scheduler.relay_lease') IS NOT NULL OR to_regclass('scheduler.outbox') IS NULL THEN
    FOR callable IN
      SELECT oid
        FROM pg_proc
       WHERE pronamespace = 'pg_catalog'::regnamespace
         AND proname ~ '^pg_(try_)?advisory_(xact_)?lock'
    LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', callable);
    END LOOP;
  END IF;

  -- What fills the disk or the table of locks, or keeps dead rows, without a row of the role's own: large objects,
  -- notices, exported snapshots. No release has called them. pg_logical_emit_message stays: PostgreSQL 17 has given it
  -- another argument, and a dump of an older one that revokes it could not be restored there.
  FOR callable IN
    SELECT oid
      FROM pg_proc
     WHERE pronamespace = 'pg_catalog'::regnamespace
       AND (proname ~ '^(lo_|lowrite$|loread$)'
            OR proname IN ('pg_export_snapshot', 'pg_notify'))
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', callable);
  END LOOP;
END
$$;
