"""Writes the rules of Prometheus for its operator on Kubernetes, from deploy/prometheus/rules."""

from typing import Any

import yaml

from tests.house.tree import PROJECT

PAGE = PROJECT / "deploy" / "kubernetes" / "base" / "rules.yaml"
RULES = PROJECT / "deploy" / "prometheus" / "rules"
LEFT_OUT = {"backups.yml"}  # backups there are CloudNativePG's, and the installation's to watch
HEAD = """# The alerts of deploy/prometheus/rules for the Prometheus Operator, and figures of
# CloudNativePG under the names that they ask for. Written by `make docs`.
"""
# What CloudNativePG exports, by what the exporters elsewhere call it.
NAMES = {
    "pg_up": "cnpg_collector_up",
    "pg_settings_max_connections": 'cnpg_pg_settings_setting{name="max_connections"}',
    "pg_stat_database_numbackends": "sum by (instance, datname) (cnpg_backends_total)",
    "pg_stat_activity_max_tx_duration": "cnpg_backends_max_tx_duration_seconds",
    "pg_stat_archiver_last_archive_age": "cnpg_pg_stat_archiver_seconds_since_last_archival >= 0",
    "pg_stat_archiver_failed_count": "cnpg_pg_stat_archiver_failed_count",
    "pg_stat_replication_pg_wal_lsn_diff": "cnpg_pg_stat_replication_replay_diff_bytes",
    "pg_replication_slots_pg_wal_lsn_diff": "cnpg_pg_replication_slots_pg_wal_lsn_diff",
    "pg_stat_checkpointer_buffers_written_total": "cnpg_pg_stat_checkpointer_buffers_written",
    "pg_postmaster_start_time_seconds": "cnpg_pg_postmaster_start_time",
    "pgbouncer_up": "cnpg_pgbouncer_last_collection_error == bool 0",
    "pgbouncer_pools_client_waiting_connections": "cnpg_pgbouncer_pools_cl_waiting",
}


def kubernetes_rules() -> str:
    """Write the whole manifest."""
    named = [{"record": name, "expr": asked} for name, asked in NAMES.items()]
    groups: list[dict[str, Any]] = [{"name": "cloudnativepg", "rules": named}]
    for path in sorted(RULES.glob("*.yml")):
        if path.name not in LEFT_OUT:
            groups += yaml.safe_load(path.read_text())["groups"]
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "doukikai"},
        "spec": {"groups": groups},
    }
    return HEAD + yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
