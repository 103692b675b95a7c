"""Metrics that only the gateway has."""

import disnake
from prometheus_client import Counter, Gauge, Histogram

from services.gateway.discord.clocks import DISCORD_TIME
from shared.metrics import SECONDS

ANSWER_SECONDS = Histogram(
    "interaction_answer_duration_seconds",
    "From a member's press, by Discord's clock, to the answer they read.",
    ["interaction"],
    buckets=SECONDS,
)
LISTENING = Gauge(
    "discord_session_open",
    "1 while Discord's events arrive at this process.",
)
SPOOLED = Gauge(
    "presses_spooled",
    "Presses on the gateway's disk, because the broker has not confirmed them.",
)
SPOOL_USABLE = Gauge(
    "press_spool_usable",
    "1 while the disk takes presses that the broker does not confirm.",
)
PRESSES_FAILED = Counter(
    "presses_failed",
    "Presses that never reached their service, so that their members read that they failed, by "
    "reason: expired, refused.",
    ["reason"],
)
for reason in ("expired", "refused"):  # from 0 on, or the rule would miss the first one
    PRESSES_FAILED.labels(reason=reason)

UNKNOWN_COMPONENTS = Counter(
    "components_unknown",
    "Pressed buttons and submitted forms whose custom id no feature knows, at each replica.",
)
REPAIRS = Counter(
    "repairs",
    "What was changed on Discord and is as it should be again, by kind.",
    ["kind"],
)


def answered(interaction: str, interaction_id: int) -> None:
    """Observe the time from a press to the answer that the member reads now."""
    pressed_at = disnake.utils.snowflake_time(interaction_id)
    seconds = max(0.0, (DISCORD_TIME.now() - pressed_at).total_seconds())
    ANSWER_SECONDS.labels(interaction=interaction).observe(seconds)
