"""Every metric that more than one service reports."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

MESSAGES_HANDLED = Counter(
    "messages_handled_total",
    "Messages taken from a queue, by what became of them: done, repeated, refused, parked, "
    "retried, dead.",
    ["queue", "message", "outcome"],
)
MESSAGES_UNPROVEN = Counter(
    "messages_unproven_total",
    "Messages that went to the dead letters because nothing proves that their publisher may send "
    "them, by reason: no_proof, unknown_key, wrong_proof, wrong_exchange, wrong_publisher, "
    "wrong_id, too_old, not_its_own.",
    ["queue", "reason"],
)
MESSAGE_SECONDS = Histogram(
    "message_handling_duration_seconds",
    "From taking a message to what became of it.",
    ["queue", "message"],
    buckets=SECONDS,
)
MESSAGES_HELD = Gauge(
    "messages_held",
    "Messages that wait because a server is away, in hand or parked.",
    ["queue"],
)
OLDEST_SECONDS = Gauge(
    "message_oldest_waiting_seconds",
    "For how long the oldest message has been waiting, in hand or parked; a call that hangs too.",
    ["queue"],
)
CONSUMER_ALIVE = Gauge(
    "consumer_alive",
    "1 while the broker delivers this queue to this process and its messages are dealt with.",
    ["queue"],
)
MESSAGES_PUBLISHED = Counter(
    "messages_published_total",
    "Messages confirmed by the broker.",
    ["message"],
)
MESSAGES_REFUSED = Counter(
    "messages_refused_total",
    "Messages that the broker refuses for good, such as those over the size limit.",
    ["message"],
)
OUTBOX_REFUSED = Gauge(
    "outbox_refused_messages",
    "Messages of the outbox that were set aside because the broker refuses them for good.",
)
LIMITS_REACHED = Counter(
    "limits_reached_total",
    "What members were refused because they had done it too often, by the limit's name.",
    ["limit"],
)
OUTBOX_AGE_SECONDS = Gauge(
    "outbox_oldest_message_age_seconds",
    "Age of the oldest message that waits in the outbox, as the relay saw it last.",
)
DATABASE_ANSWERED = Gauge(
    "database_answered_timestamp_seconds",
    "When the database last answered this process's regular look.",
)
CLOCK_SKEW_SECONDS = Gauge(
    "clock_skew_seconds",
    "Seconds by which this process's clock is ahead of discord's, invitations' or the database's.",
    ["against"],
)
REPLICA_READS = Counter(
    "replica_reads_total",
    "Reads of a service that has a replica, by what answered: replica, primary.",
    ["outcome"],
)
REPLICA_LAG_BYTES = Gauge(
    "replica_lag_bytes",
    "How much of the write-ahead log the replica had not replayed when last looked at.",
)
SEALED_TEXTS = Gauge(
    "sealed_texts",
    "Sealed texts in the service's tables, by the key that opens them.",
    ["key_id"],
)
QUERY_SECONDS = Histogram(
    "query_duration_seconds",
    "From asking the database to its answer, by the statement's verb and first table or function.",
    ["query"],
    buckets=SECONDS,
)
LOG_LINES_DROPPED = Counter(
    "log_lines_dropped_total",
    "Log lines that were not written, by reason: queue_full, unreadable, or the error's name.",
    ["reason"],
)
