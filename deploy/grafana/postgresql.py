"""The dashboard of PostgreSQL and what stands before it."""

from deploy.grafana.panels import Board, Panel, figure, or_zero, per_second

POSTGRESQL = Board(
    "doukikai-postgresql",
    "Doukikai: PostgreSQL and pooler",
    "The database, and PgBouncer before it.",
    [
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
            "Seconds ago; 0 where archiving is off.",
            or_zero("max(pg_stat_archiver_last_archive_age)"),
            unit="s",
            bad=900,
        ),
        figure("Size", "Of all databases.", "sum(pg_database_size_bytes)", unit="bytes"),
        Panel(
            "Statements, p95",
            "As each service sees them, through PgBouncer.",
            {"{{service}}": or_zero("service:query_seconds:p95_5m")},
            unit="s",
            bad=1,
        ),
        Panel(
            "Slowest statements",
            "On average, by verb and first table or function.",
            {
                "{{service}} {{query}}": or_zero(
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
                "found": f"({per_second('pg_stat_database_blks_hit')}"
                f" / ({per_second('pg_stat_database_blks_hit')}"
                f" + {per_second('pg_stat_database_blks_read')}) >= 0) or vector(1)"
            },
            unit="percentunit",
        ),
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
            {"{{slot_name}}": "pg_replication_slots_pg_wal_lsn_diff or vector(0)"},
            unit="bytes",
        ),
        Panel(
            "Replica behind",
            "WAL that the replica had not replayed when a service last looked.",
            {"{{instance}}": "replica_lag_bytes or vector(0)"},
            unit="bytes",
        ),
    ],
)
