"""definitions.json says what docs/architecture.md promises."""

import json

import pytest

from deploy.local.instance import PROJECT
from deploy.local.rabbitmq import definitions

WORK_QUEUES = {
    "invitations.commands",
    "tickets.commands",
    "scheduler.events",
    "gateway.replies",
    "gateway.events",
}
# Whose times may be others than before: who comes and goes moves no deadline.
DATED = (
    "InvitationPublished",
    "InvitationEdited",
    "ReminderDue",
    "InvitationCompleted",
    "InvitationCancelled",
)
DELAYS_MILLISECONDS = {"1s": 1_000, "10s": 10_000, "60s": 60_000}


def _named(kind: str) -> dict[str, dict[str, object]]:
    return {entry["name"]: entry for entry in definitions()[kind]}


def test_the_queues_are_those_of_the_architecture_and_all_are_quorum_queues() -> None:
    queues = _named("queues")
    retries = {f"doukikai.retry.{delay}" for delay in DELAYS_MILLISECONDS}
    assert set(queues) == WORK_QUEUES | retries | {"doukikai.dead"}
    assert {queue["arguments"]["x-queue-type"] for queue in queues.values()} == {"quorum"}
    assert all(queue["durable"] for queue in queues.values())


def test_presses_and_the_bot_tokens_work_have_a_single_active_consumer() -> None:
    single = [
        name
        for name, queue in _named("queues").items()
        if queue["arguments"].get("x-single-active-consumer")
    ]
    assert single == ["invitations.commands", "gateway.events"]


def test_messages_are_routed_by_their_owner() -> None:
    routes = {
        (each["source"], each["routing_key"], each["destination"])
        for each in definitions()["bindings"]
    }
    assert routes == {
        ("doukikai.commands", "invitations.#", "invitations.commands"),
        ("doukikai.commands", "tickets.#", "tickets.commands"),
        *(("doukikai.events", f"invitations.{event}", "scheduler.events") for event in DATED),
        ("doukikai.events", "invitations.#", "gateway.events"),
        ("doukikai.events", "tickets.#", "gateway.events"),
        ("doukikai.events", "tickets.#", "scheduler.events"),
        ("doukikai.replies", "#", "gateway.replies"),
        ("doukikai.retry.1s", "", "doukikai.retry.1s"),
        ("doukikai.retry.10s", "", "doukikai.retry.10s"),
        ("doukikai.retry.60s", "", "doukikai.retry.60s"),
        ("doukikai.dead", "", "doukikai.dead"),
    }


@pytest.mark.parametrize(("delay", "milliseconds"), DELAYS_MILLISECONDS.items())
def test_a_retry_queue_gives_back_to_the_queue_named_by_the_routing_key(
    delay: str, milliseconds: int
) -> None:
    policy = _named("policies")[f"retry.{delay}"]["definition"]
    assert policy["message-ttl"] == milliseconds
    assert policy["dead-letter-exchange"] == ""
    assert policy["dead-letter-strategy"] == "at-least-once"
    assert policy["overflow"] == "reject-publish"  # at-least-once is silently off without it


def test_a_work_queue_gives_up_into_the_dead_letter_queue() -> None:
    policy = _named("policies")["work"]["definition"]
    assert policy["delivery-limit"] == 20
    assert policy["dead-letter-exchange"] == "doukikai.dead"
    assert policy["dead-letter-strategy"] == "at-least-once"
    assert policy["overflow"] == "reject-publish"


def test_a_consumers_queue_drops_rather_than_refuse_and_goes_when_it_is_forgotten() -> None:
    policy = _named("policies")["consumers"]["definition"]
    assert policy["overflow"] == "drop-head"  # a refusal would hold up the relay
    assert policy["expires"] == 30 * 24 * 3600 * 1000
    assert "dead-letter-exchange" not in policy


def test_nobody_may_configure_anything_and_no_password_is_in_git() -> None:
    assert {each["configure"] for each in definitions()["permissions"]} == {"^$"}
    assert "users" not in definitions()
    written = (PROJECT / "deploy" / "rabbitmq" / "definitions.json").read_text()
    assert "password" not in json.dumps(json.loads(written))
