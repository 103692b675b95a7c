"""The dashboard of PostgreSQL and what stands before it."""

from deploy.grafana.panels import Board, Panel, figure, known, per_second

POSTGRESQL = Board(
    "doukikai-postgresql",
    "Doukikai: PostgreSQL and pooler",
    "The database, and PgBouncer before it.",
    [
        "Now",
        figure(
            "Connections taken",
            "Of those PostgreSQL allows.",
            "max(instance:connections_used:ratio)",
            unit="percentunit",
            warn=0.7,
            bad=0.8,
        ),
        figure(
            "Longest transaction",
            "Open now.",
            "max(pg_stat_activity_max_tx_duration)",
            unit="s",
            warn=300,
            bad=900,
        ),
        figure(
            "Standing in line",
            "Connections that wait at PgBouncer.",
            "sum(pgbouncer_pools_client_waiting_connections)",
            warn=1,
        ),
        figure(
            "Waiting at most",
            "At PgBouncer, for a connection.",
            "max(pgbouncer_pools_client_maxwait_seconds)",
            unit="s",
            warn=1,
        ),
        figure(
            "Last WAL archived",
            "Seconds ago.",
            known("max(pg_stat_archiver_last_archive_age)"),
            unit="s",
            bad=900,
            none="archiving is off",
        ),
        figure("Size", "Of all databases.", "sum(pg_database_size_bytes)", unit="bytes"),
        "Statements",
        Panel(
            "Statements, p95",
            "As each service sees them, through PgBouncer.",
            {"{{service}}": known("service:query_seconds:p95_5m")},
            unit="s",
            bad=1,
            none="no statement lately",
        ),
        Panel(
            "Slowest statements",
            "On average, by verb and first table or function.",
            {
                "{{service}} {{query}}": known(
                    f"topk(10, {per_second('query_duration_seconds_sum', 'service', 'query')}"
                    f" / {per_second('query_duration_seconds_count', 'service', 'query')})"
                )
            },
            unit="s",
        ),
        Panel(
            "Statements",
            "A second.",
            {"{{service}}": per_second("query_duration_seconds_count", "service")},
            unit="reqps",
        ),
        Panel(
            "Transactions",
            "A second.",
            {
                "committed": per_second("pg_stat_database_xact_commit"),
                "rolled back": per_second("pg_stat_database_xact_rollback"),
            },
            unit="reqps",
        ),
        Panel(
            "Rows",
            "A second: read from tables and indexes, and fetched for a query.",
            {
                "returned": per_second("pg_stat_database_tup_returned"),
                "fetched": per_second("pg_stat_database_tup_fetched"),
            },
        ),
        Panel(
            "Found in memory",
            "Share of blocks that needed no disk.",
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
            "By database.",
            {
                "{{datname}}": 'pg_stat_database_numbackends{datname!=""}',
                "allowed": "max(pg_settings_max_connections)",
            },
        ),
        Panel(
            "PgBouncer's clients",
            "Connections of the services.",
            {
                "active": "sum(pgbouncer_pools_client_active_connections)",
                "waiting": "sum(pgbouncer_pools_client_waiting_connections)",
            },
        ),
        Panel(
            "PgBouncer's servers",
            "Its connections to PostgreSQL.",
            {
                "active": "sum(pgbouncer_pools_server_active_connections)",
                "idle": "sum(pgbouncer_pools_server_idle_connections)",
            },
        ),
        "Locks, tables and disk",
        Panel(
            "Locks",
            "Held or waited for, by mode.",
            {"{{mode}}": "sum by (mode) (pg_locks_count) > 0"},
            none="no lock is held",
        ),
        Panel(
            "Checkpoints",
            "Bytes a second that checkpoints write.",
            {"written": "8192 * sum(rate(pg_stat_bgwriter_buffers_checkpoint[15m]))"},
            unit="bytes",
        ),
        Panel(
            "Dead rows",
            "Of the tables with most of them; autovacuum takes them away.",
            {"{{relname}}": "topk(5, sum by (relname) (pg_stat_user_tables_n_dead_tup))"},
        ),
        Panel(
            "Trouble",
            "Deadlocks and conflicts, a second.",
            {
                "deadlocks": per_second("pg_stat_database_deadlocks"),
                "conflicts": per_second("pg_stat_database_conflicts"),
            },
        ),
        Panel(
            "Redis",
            "Memory used, and what it may use.",
            {"used": "redis_memory_used_bytes", "limit": "redis_memory_max_bytes"},
            unit="bytes",
        ),
        Panel(
            "WAL kept for replicas",
            "By replication slot.",
            {"{{slot_name}}": "pg_replication_slots_pg_wal_lsn_diff"},
            unit="bytes",
            none="no replica",
        ),
        Panel(
            "Replica behind",
            "WAL that the replica had not replayed when a service last looked.",
            {
                "{{instance}}": "replica_lag_bytes and on (instance)"
                " sum by (instance) (replica_reads_total)"
            },
            unit="bytes",
            none="no replica",
        ),
    ],
)
