"""The row about programs outside: a table of their queues, and what these have dropped."""

from deploy.grafana.panels import Panel, per_second
from deploy.rabbitmq.add_consumers import DAYS_WITHOUT_A_READER

QUEUES = '{queue=~"consumers\\\\..+"}'
DROPPED = 'rabbitmq_global_messages_dead_lettered_maxlen_total{dead_letter_strategy="disabled"}'

PROGRAMS = (
    "Programs outside",
    Panel(
        "Queues of programs",
        "Events that wait and those in hand, readers, and days until RabbitMQ deletes the queue.",
        {
            "waiting": f"sum by (queue) (rabbitmq_detailed_queue_messages_ready{QUEUES})",
            "in hand": f"sum by (queue) (rabbitmq_detailed_queue_messages_unacked{QUEUES})",
            "readers": f"sum by (queue) (rabbitmq_detailed_queue_consumers{QUEUES})",
            "days left": f"floor({DAYS_WITHOUT_A_READER} - (time() - max by (queue) "
            "(queue:last_read:timestamp_seconds)) / 86400)",
        },
        kind="table",
        width=16,
        none="no program has a queue",
    ),
    Panel(
        "Dropped",
        "Events a second that full queues of programs dropped, all together.",
        {"dropped": per_second(DROPPED)},
        unit="reqps",
        warn=0.001,
    ),
)
