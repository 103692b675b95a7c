"""`python -m deploy.grafana.boards`: the dashboards, and their files for Grafana.

What may rightly be absent, such as the answers before the first press, says so by `none`. A query
never makes figures up: 0 where nothing was measured would be a healthy figure.
"""

import json
from pathlib import Path

from deploy.grafana.community import INVITATIONS_AND_TICKETS
from deploy.grafana.overview import OVERVIEW
from deploy.grafana.panels import Board, Panel, known, per_second, written
from deploy.grafana.postgresql import POSTGRESQL
from deploy.grafana.programs import PROGRAMS

FOLDER = Path(__file__).parent / "dashboards"
WORK_QUEUES = 'queue!~"(doukikai|consumers)\\\\..+"'


def by_queue(what: str, which: str) -> str:
    """Ask what RabbitMQ says of queues: each of its nodes knows its own."""
    return f"sum by (queue) (rabbitmq_detailed_queue_{what}{{{which}}})"


MESSAGES = Board(
    "doukikai-messages",
    "Doukikai: messages",
    "How messages flow between the services.",
    [
        "Flow",
        Panel(
            "Handled",
            "A queue whose line falls to nothing while messages wait has a stuck consumer.",
            {"{{queue}} {{outcome}}": 'queue_outcome:messages_handled:rate_5m{queue=~"$queue"}'},
            unit="reqps",
            alerts=("MessagesRetried", "MessagesUnproven"),
        ),
        Panel(
            "Handling, p95",
            "Names the one message that is slow, when not all are.",
            {"{{message}}": known("message:handling_seconds:p95_5m")},
            unit="s",
            none="nothing handled lately",
        ),
        Panel(
            "Published",
            "What the services cause, by message: shows a loop or a rush by its name.",
            {"{{message}}": per_second("messages_published_total", "message") + " > 0"},
            unit="reqps",
            none="nothing published lately",
        ),
        Panel(
            "Waiting",
            "Where messages stand, those of retries and dead letters too.",
            {"{{queue}}": by_queue("messages_ready", 'queue=~"$queue"')},
            warn=500,
            alerts=("MessagesPilingUp", "DeadLetters"),
        ),
        Panel(
            "In hand",
            "Taken and not yet acknowledged: many beside a growing queue mean a slow consumer.",
            {"{{queue}}": by_queue("messages_unacked", WORK_QUEUES)},
        ),
        Panel(
            "Consumers",
            "At 0 nobody takes from a queue, and what members press waits.",
            {"{{queue}}": by_queue("consumers", WORK_QUEUES)},
            alerts=("ConsumerGone",),
        ),
        "Waiting and late",
        Panel(
            "Held",
            "Which queue waits for a server that is away; it goes on by itself.",
            {"{{service}} {{queue}}": "sum by (service, queue) (messages_held)"},
            bad=1,
            width=6,
            none="nothing was ever held",
            alerts=("MessagesHeld", "MessageWaits"),
        ),
        Panel(
            "Outbox",
            "Age of the oldest message that waits to be published: answers are late by it.",
            {"{{service}}": "max by (service) (outbox_oldest_message_age_seconds)"},
            unit="s",
            width=6,
            bad=30,
            alerts=("OutboxStuck", "MessagesRefused"),
        ),
        Panel(
            "Presses on the disk",
            "Presses that RabbitMQ has not confirmed; after fifteen minutes they fail.",
            {"presses": "sum(presses_spooled)"},
            width=6,
            warn=1,
            alerts=("PressesFailed", "SpoolUnusable"),
        ),
        Panel(
            "Deadlines, p99 late",
            "Which kind of deadline comes late: ends, reminders, or silent tickets.",
            {"{{kind}}": known("deadline_kind:lateness_seconds:p99_5m")},
            unit="s",
            width=6,
            bad=10,
            none="nothing was due lately",
            alerts=("DeadlinesLate",),
        ),
        "Broker",
        Panel(
            "Broker's memory",
            "At the limit RabbitMQ stops taking messages, and presses wait.",
            {
                "used": "rabbitmq_process_resident_memory_bytes",
                "limit": "rabbitmq_resident_memory_limit_bytes",
            },
            unit="bytes",
            alerts=("BrokerBlocked", "ServerRestarting"),
        ),
        Panel(
            "Broker's disk",
            "When what is left meets the limit, RabbitMQ stops taking messages.",
            {
                "left": "rabbitmq_disk_space_available_bytes",
                "limit": "rabbitmq_disk_space_available_limit_bytes",
            },
            unit="bytes",
            alerts=("BrokerBlocked", "DiskAlmostFull"),
        ),
        Panel(
            "Connections",
            "A number that jumps up and down is a service that connects again and again.",
            {"connections": "rabbitmq_connections"},
        ),
        Panel(
            "Through the broker",
            "If more is published than confirmed, RabbitMQ lags; the last two should be 0.",
            {
                "published": per_second("rabbitmq_global_messages_received_total"),
                "confirmed": per_second("rabbitmq_global_messages_confirmed_total"),
                "delivered": per_second("rabbitmq_global_messages_delivered_total"),
                "acknowledged": per_second("rabbitmq_global_messages_acknowledged_total"),
                "delivered again": per_second("rabbitmq_global_messages_redelivered_total"),
                "without a queue": per_second("rabbitmq_global_messages_unroutable_dropped_total"),
            },
            unit="reqps",
            width=24,
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
