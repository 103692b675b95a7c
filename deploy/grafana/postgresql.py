"""The dashboard of PostgreSQL and what stands before it."""

from deploy.grafana.panels import Board, Panel, figure, known, per_second

SUM = 'query_duration_seconds_sum{service=~"$service"}'
COUNT = 'query_duration_seconds_count{service=~"$service"}'

POSTGRESQL = Board(
    "doukikai-postgresql",
    "Doukikai: PostgreSQL and pooler",
    "The database, and PgBouncer before it.",
    [
        "Now",
        figure(
            "Connections taken",
            "At 100 % nobody can connect any more, not even a backup.",
            "max(instance:connections_used:ratio)",
            unit="percentunit",
            warn=0.7,
            bad=0.8,
            alerts=("HighConnectionUsage",),
        ),
        figure(
            "Longest transaction",
            "An old transaction keeps rows and locks: tables grow, and others wait.",
            "max(pg_stat_activity_max_tx_duration)",
            unit="s",
            warn=300,
            bad=900,
            alerts=("LongTransaction",),
        ),
        figure(
            "Standing in line",
            "Connections that wait at PgBouncer: the pool is too small or a session holds it.",
            "sum(pgbouncer_pools_client_waiting_connections)",
            warn=1,
            alerts=("PoolerClientsWaiting",),
        ),
        figure(
            "Waiting at most",
            "By so much every statement is late, before PostgreSQL even sees it.",
            "max(pgbouncer_pools_client_maxwait_seconds)",
            unit="s",
            warn=1,
        ),
        figure(
            "Last WAL archived",
            "What a lost disk would cost since the last backup: a minute is usual.",
            known("max(pg_stat_archiver_last_archive_age)"),
            unit="s",
            bad=900,
            none="archiving is off",
            alerts=("ArchiveStale", "ArchiveFailing"),
        ),
        figure(
            "Size",
            "How fast the disk fills, and how long a dump takes.",
            "sum(pg_database_size_bytes)",
            unit="bytes",
        ),
        "Statements",
        Panel(
            "Statements, p95",
            "What a service waits for one statement in twenty: most of an answer is this.",
            {"{{service}}": known('service:query_seconds:p95_5m{service=~"$service"}')},
            unit="s",
            bad=1,
            none="no statement lately",
            alerts=("SlowQuery", "DatabaseAway"),
        ),
        Panel(
            "Slowest statements",
            "Names what is slow, by verb and first table or function, on average.",
            {
                "{{service}} {{query}}": known(
                    f"topk(10, {per_second(SUM, 'service', 'query')}"
                    f" / {per_second(COUNT, 'service', 'query')})"
                )
            },
            unit="s",
        ),
        Panel(
            "Statements",
            "A service that suddenly asks more than its presses explain has a loop.",
            {"{{service}}": per_second(COUNT, "service")},
            unit="reqps",
        ),
        Panel(
            "Transactions",
            "Many that are rolled back are work for nothing: refused presses, or errors.",
            {
                "committed": per_second("pg_stat_database_xact_commit"),
                "rolled back": per_second("pg_stat_database_xact_rollback"),
            },
            unit="reqps",
        ),
        Panel(
            "Rows",
            "Far more returned than fetched means that an index is missing or not used.",
            {
                "returned": per_second("pg_stat_database_tup_returned"),
                "fetched": per_second("pg_stat_database_tup_fetched"),
            },
        ),
        Panel(
            "Found in memory",
            "Below 95 % the disk decides how quick answers are: more shared_buffers helps.",
            {
                "found": f"{per_second('pg_stat_database_blks_hit')}"
                f" / ({per_second('pg_stat_database_blks_hit')}"
                f" + {per_second('pg_stat_database_blks_read')}) >= 0"
            },
            unit="percentunit",
        ),
        "Connections",
        Panel(
            "Connections",
            "Whose connections fill PostgreSQL, against what it allows.",
            {
                "{{datname}}": 'pg_stat_database_numbackends{datname!=""} > 0',
                "allowed": "max(pg_settings_max_connections)",
            },
        ),
        Panel(
            "PgBouncer's clients",
            "Waiting clients are statements that have not begun.",
            {
                "active": "sum(pgbouncer_pools_client_active_connections)",
                "waiting": "sum(pgbouncer_pools_client_waiting_connections)",
            },
        ),
        Panel(
            "PgBouncer's servers",
            "All active, none idle: the pool is used up.",
            {
                "active": "sum(pgbouncer_pools_server_active_connections)",
                "idle": "sum(pgbouncer_pools_server_idle_connections)",
            },
        ),
        "Locks and tables",
        Panel(
            "Locks",
            "An exclusive lock that stays explains why everything on its table waits.",
            {"{{mode}}": "sum by (mode) (pg_locks_count) > 0"},
            none="no lock is held",
            width=6,
        ),
        Panel(
            "Trouble",
            "Deadlocks are a defect of ours; conflicts end queries on the replica.",
            {
                "deadlocks": per_second("pg_stat_database_deadlocks"),
                "conflicts": per_second("pg_stat_database_conflicts"),
            },
            width=6,
        ),
        Panel(
            "Dead rows",
            "Of five tables; a line that only rises means that autovacuum is held up.",
            {"{{relname}}": "topk(5, sum by (relname) (pg_stat_user_tables_n_dead_tup))"},
            none="the exporter does not say",
            width=6,
        ),
        Panel(
            "Autovacuum",
            "Runs within an hour: none for a day while dead rows rise means that it is held up.",
            {"runs": "round(sum(increase(pg_stat_user_tables_autovacuum_count[1h])))"},
            none="the exporter does not say",
            width=6,
        ),
        "Disk, WAL, replica, cache",
        Panel(
            "Checkpoints",
            "A steep rise beside slow statements: the disk is busy with a checkpoint.",
            {"written": "8192 * sum(rate(pg_stat_bgwriter_buffers_checkpoint[15m]))"},
            unit="bytes",
        ),
        Panel(
            "WAL on the disk",
            "WAL that grows is not archived, or a replica does not take it.",
            {"size": "sum(pg_wal_size_bytes)"},
            unit="bytes",
            bad=4 * 2**30,
            none="the exporter does not say",
            alerts=("ArchiveFailing", "WalHeldBack"),
        ),
        Panel(
            "Oldest transaction id",
            "At 200 million PostgreSQL vacuums whole tables; at two billion it would stop.",
            {"age": "max(pg_database_wraparound_age_datfrozenxid_seconds)"},
            warn=200_000_000,
            bad=1_000_000_000,
            none="the exporter does not say",
        ),
        Panel(
            "WAL kept for replicas",
            "A replica that is away makes the primary keep WAL until the disk is full.",
            {"{{slot_name}}": "pg_replication_slots_pg_wal_lsn_diff"},
            unit="bytes",
            bad=5 * 2**30,
            none="no replica",
            alerts=("WalHeldBack",),
        ),
        Panel(
            "Replica behind",
            "By so much WAL its reads would be old; a service then asks the primary.",
            {
                "{{instance}}": "replica_lag_bytes and on (instance)"
                " sum by (instance) (replica_reads_total)"
            },
            unit="bytes",
            none="no replica",
            alerts=("ReplicaLag", "ReplicaUnused"),
        ),
        Panel(
            "Redis",
            "At its limit Redis forgets lists, and the database is asked more.",
            {"used": "redis_memory_used_bytes", "limit": "redis_memory_max_bytes"},
            unit="bytes",
            alerts=("CacheAway",),
        ),
    ],
)
