"""`python -m deploy.grafana.boards`: the dashboards, and their files for Grafana.

What may rightly be absent, such as the answers before the first press, says so by `none`. A query
never makes figures up: 0 where nothing was measured would be a healthy figure.
"""

import json
from pathlib import Path

from deploy.grafana.community import INVITATIONS_AND_TICKETS
from deploy.grafana.panels import (
    Board,
    Panel,
    figure,
    known,
    per_second,
    quantile,
    written,
)
from deploy.grafana.postgresql import POSTGRESQL
from deploy.grafana.programs import PROGRAMS

FOLDER = Path(__file__).parent / "dashboards"
WORK_QUEUES = 'queue!~"(doukikai|consumers)\\\\..+"'

OVERVIEW = Board(
    "doukikai-overview",
    "Doukikai: overview",
    "Is all well? Every red or orange figure has an alert, and that a section in docs/runbook.md.",
    [
        "Now",
        figure(
            "Alerts",
            "Alerts that fire now, critical and warnings.",
            'count(ALERTS{alertstate="firing", severity!="notice"})',
            warn=1,
            none="0",
        ),
        figure(
            "Parts down",
            "Parts that Prometheus cannot reach.",
            "count(up == 0)",
            bad=1,
            none="0",
        ),
        figure(
            "Gateways that hear Discord",
            "One is enough for every press; two survive the loss of one.",
            "sum(discord_session_open)",
        ),
        figure(
            "Press to answer, p95",
            "From a member's press, by Discord's clock, to the answer they read.",
            known("interaction:answer_seconds:p95_5m"),
            unit="s",
            warn=1,
            bad=3,
            none="no press lately",
        ),
        figure(
            "Dead letters",
            "Messages that could not be handled: doukikai dead list.",
            'sum(rabbitmq_detailed_queue_messages{queue="doukikai.dead"})',
            warn=1,
        ),
        figure(
            "Oldest untold message",
            "Age of the oldest message in an outbox.",
            "max(outbox_oldest_message_age_seconds)",
            unit="s",
            warn=5,
            bad=30,
        ),
        "Latency, traffic, errors",
        Panel(
            "Press to answer",
            "From a press to its answer: one in two, and one in twenty, is slower.",
            {
                "p50": known(quantile(0.5, "interaction_answer_duration_seconds_bucket")),
                "p95": known("interaction:answer_seconds:p95_5m"),
            },
            unit="s",
            warn=1,
            bad=3,
            none="no press lately",
        ),
        Panel(
            "Presses answered",
            "A second, by what was pressed.",
            {
                "{{interaction}}": per_second(
                    "interaction_answer_duration_seconds_count", "interaction"
                )
            },
            unit="reqps",
            none="no press yet",
        ),
        Panel(
            "Failed",
            "Messages tried again or dead, and API requests answered by 5xx, a second.",
            {
                "{{outcome}}": "sum by (outcome) (queue_outcome:messages_handled:rate_5m"
                '{outcome=~"retried|dead"}) > 0',
                "API": 'sum(rate(http_request_duration_seconds_count{status=~"5.."}[5m])) > 0',
            },
            unit="reqps",
            none="nothing failed",
        ),
        "Saturation",
        Panel(
            "Messages waiting",
            "Ready in each queue of a service.",
            {"{{queue}}": f"rabbitmq_detailed_queue_messages_ready{{{WORK_QUEUES}}}"},
            warn=500,
        ),
        Panel(
            "Processor",
            "Seconds a second that each service's processes take.",
            {"{{service}}": per_second('process_cpu_seconds_total{job="services"}', "service")},
        ),
        Panel(
            "Memory",
            "Of each service's process; Docker ends one that reaches 256 MiB.",
            {"{{service}} {{instance}}": 'process_resident_memory_bytes{job="services"}'},
            unit="bytes",
        ),
        Panel(
            "Machine's memory",
            "What programs can still get; below 7 % an alert fires.",
            {"free": "host_memory_available_bytes", "all": "host_memory_size_bytes"},
            unit="bytes",
        ),
        Panel(
            "Machine's disks",
            "Free, by what lies there; below 10 % an alert fires.",
            {"{{folder}}": "min by (folder) (host_disk_free_bytes / host_disk_size_bytes)"},
            unit="percentunit",
        ),
        "API, cache, safety",
        Panel(
            "HTTP API",
            "Requests a second, by status.",
            {"{{status}}": per_second("http_request_duration_seconds_count", "status")},
            unit="reqps",
        ),
        Panel(
            "Cache",
            "Share of lists that the cache had; the design aims at 80 %.",
            {"hits": known("query_cache_hit_ratio"), "away": "max(query_cache_away)"},
            unit="percentunit",
            none="no list was asked for lately",
        ),
        Panel(
            "Age of backups",
            "Since the last good one; one a day is made.",
            {"{{kind}}": "time() - max by (kind) (backup_last_success_timestamp_seconds)"},
            unit="s",
            bad=93600,
        ),
        Panel(
            "Replica",
            "Reads by who answered.",
            {"{{outcome}}": per_second("replica_reads_total", "outcome")},
            unit="reqps",
            none="no replica",
        ),
    ],
)

MESSAGES = Board(
    "doukikai-messages",
    "Doukikai: messages",
    "How messages flow between the services.",
    [
        "Flow",
        Panel(
            "Handled",
            "A second, by queue and what became of them.",
            {"{{queue}} {{outcome}}": "queue_outcome:messages_handled:rate_5m"},
            unit="reqps",
        ),
        Panel(
            "Handling, p95",
            "From taking a message to its acknowledgement.",
            {"{{message}}": known("message:handling_seconds:p95_5m")},
            unit="s",
            none="nothing handled lately",
        ),
        Panel(
            "Published",
            "A second, by message.",
            {"{{message}}": per_second("messages_published_total", "message") + " > 0"},
            unit="reqps",
            none="nothing published lately",
        ),
        Panel(
            "Waiting",
            "Ready in each queue, those of retries and dead letters too.",
            {"{{queue}}": "rabbitmq_detailed_queue_messages_ready"},
        ),
        Panel(
            "In hand",
            "Taken and not yet acknowledged.",
            {"{{queue}}": f"rabbitmq_detailed_queue_messages_unacked{{{WORK_QUEUES}}}"},
        ),
        Panel(
            "Consumers",
            "Processes that take from each queue.",
            {"{{queue}}": f"rabbitmq_detailed_queue_consumers{{{WORK_QUEUES}}}"},
        ),
        "Waiting and late",
        Panel(
            "Held",
            "Kept in hand because a server is away.",
            {"{{service}} {{queue}}": "sum by (service, queue) (messages_held)"},
            none="nothing was ever held",
        ),
        Panel(
            "Outbox",
            "Age of the oldest message that waits to be published.",
            {"{{service}}": "max by (service) (outbox_oldest_message_age_seconds)"},
            unit="s",
            bad=30,
        ),
        Panel(
            "Presses on the disk",
            "Of the gateways, because the broker does not confirm them.",
            {"presses": "sum(presses_spooled)"},
        ),
        Panel(
            "Deadlines, p99 late",
            "From the due moment to the command in the outbox.",
            {"{{kind}}": known("deadline_kind:lateness_seconds:p99_5m")},
            unit="s",
            bad=10,
            none="nothing was due lately",
        ),
        "Broker",
        Panel(
            "Broker's memory",
            "RabbitMQ stops taking messages at its watermark.",
            {
                "used": "rabbitmq_process_resident_memory_bytes",
                "limit": "rabbitmq_resident_memory_limit_bytes",
            },
            unit="bytes",
        ),
        Panel(
            "Broker's disk",
            "Left on the disk, and where RabbitMQ stops taking messages.",
            {
                "left": "rabbitmq_disk_space_available_bytes",
                "limit": "rabbitmq_disk_space_available_limit_bytes",
            },
            unit="bytes",
        ),
        Panel(
            "Connections", "Of all services to the broker.", {"connections": "rabbitmq_connections"}
        ),
        Panel(
            "Through the broker",
            "Messages a second. What is delivered again or has no queue should stay at 0.",
            {
                "published": per_second("rabbitmq_global_messages_received_total"),
                "confirmed": per_second("rabbitmq_global_messages_confirmed_total"),
                "delivered": per_second("rabbitmq_global_messages_delivered_total"),
                "acknowledged": per_second("rabbitmq_global_messages_acknowledged_total"),
                "delivered again": per_second("rabbitmq_global_messages_redelivered_total"),
                "without a queue": per_second("rabbitmq_global_messages_unroutable_dropped_total"),
            },
            unit="reqps",
            width=16,
        ),
        *PROGRAMS,
    ],
)

BOARDS = (OVERVIEW, MESSAGES, INVITATIONS_AND_TICKETS, POSTGRESQL)


def texts() -> dict[Path, str]:
    """Give the text of every dashboard's file."""
    return {
        FOLDER / f"{board.uid}.json": json.dumps(written(board), indent=1, ensure_ascii=False)
        + "\n"
        for board in BOARDS
    }


if __name__ == "__main__":
    for path, text in texts().items():
        path.write_text(text)
