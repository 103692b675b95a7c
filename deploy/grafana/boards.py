"""`python -m deploy.grafana.boards`: the dashboards, and their files for Grafana.

No panel says "no data": what may rightly be absent, such as a rate before the first press, is 0.
"""

import json
from pathlib import Path

from deploy.grafana.community import INVITATIONS_AND_TICKETS
from deploy.grafana.panels import Board, Panel, figure, or_zero, per_second, written
from deploy.grafana.postgresql import POSTGRESQL

FOLDER = Path(__file__).parent / "dashboards"
WORK_QUEUES = 'queue!~"doukikai\\\\..+"'

OVERVIEW = Board(
    "doukikai-overview",
    "Doukikai: overview",
    "Is all well? Every red or orange figure has an alert, and that a section in docs/runbook.md.",
    [
        figure(
            "Alerts",
            "Alerts that fire now, critical and warnings.",
            'count(ALERTS{alertstate="firing", severity!="notice"}) or vector(0)',
            warn=1,
        ),
        figure(
            "Parts down",
            "Parts that Prometheus cannot reach.",
            "count(up == 0) or vector(0)",
            bad=1,
        ),
        figure(
            "Gateways that hear Discord",
            "One is enough for every press; two survive the loss of one.",
            "sum(discord_session_open)",
        ),
        figure(
            "Press to answer, p95",
            "From a member's press, by Discord's clock, to the answer they read.",
            or_zero("interaction:answer_seconds:p95_5m"),
            unit="s",
            warn=1,
            bad=3,
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
        Panel(
            "Presses answered",
            "A second, by what was pressed.",
            {
                "{{interaction}}": per_second(
                    "interaction_answer_duration_seconds_count", "interaction"
                )
                + " or vector(0)"
            },
            unit="reqps",
        ),
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
            "HTTP API",
            "Requests a second, by status.",
            {"{{status}}": per_second("http_request_duration_seconds_count", "status")},
            unit="reqps",
        ),
        Panel(
            "Cache",
            "Share of lists that the cache had; the design aims at 80 %.",
            {"hits": or_zero("query_cache_hit_ratio"), "away": "max(query_cache_away)"},
            unit="percentunit",
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
        ),
    ],
)

MESSAGES = Board(
    "doukikai-messages",
    "Doukikai: messages",
    "How messages flow between the services.",
    [
        Panel(
            "Handled",
            "A second, by queue and what became of them.",
            {"{{queue}} {{outcome}}": "queue_outcome:messages_handled:rate_5m"},
            unit="reqps",
        ),
        Panel(
            "Handling, p95",
            "From taking a message to its acknowledgement.",
            {"{{message}}": or_zero("message:handling_seconds:p95_5m")},
            unit="s",
        ),
        Panel(
            "Published",
            "A second, by message.",
            {
                "{{message}}": per_second("messages_published_total", "message")
                + " > 0 or vector(0)"
            },
            unit="reqps",
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
        Panel(
            "Held",
            "Kept in hand because a server is away.",
            {"{{service}} {{queue}}": "sum by (service, queue) (messages_held) or vector(0)"},
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
            {"{{kind}}": or_zero("deadline_kind:lateness_seconds:p99_5m")},
            unit="s",
            bad=10,
        ),
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
