"""definitions.json says what docs/architecture.md promises."""

import json
import re
from typing import Any

import pytest

from deploy.local.instance import PROJECT
from deploy.local.rabbitmq import definitions
from deploy.rabbitmq.add_consumers import DAYS_WITHOUT_A_READER
from shared.exchanges import DELAYS, own_queue

# Each with its second publisher, which has a queue of its own there.
SECOND = {
    "invitations.commands": "scheduler",
    "tickets.commands": "scheduler",
    "scheduler.events": "tickets",
    "gateway.replies": "tickets",
    "gateway.events": "tickets",
}
OWN = {own_queue(queue, publisher) for queue, publisher in SECOND.items()}
WORK_QUEUES = SECOND.keys() | OWN
# Whose times may be others than before: who comes and goes moves no deadline.
DATED = (
    "InvitationPublished",
    "InvitationEdited",
    "ReminderDue",
    "InvitationCompleted",
    "InvitationCancelled",
)
ORDERED_QUEUES = {each for each in WORK_QUEUES if not each.startswith("gateway.")}
SERVICES = ("gateway", "invitations", "tickets", "scheduler")
REPLYING = ("invitations", "gateway")  # the gateway refuses a reply it does not know


def _named(kind: str) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in definitions()[kind]}


def test_the_queues_are_those_of_the_architecture_and_all_are_quorum_queues() -> None:
    queues = _named("queues")
    retries = {f"doukikai.retry.{name}.{delay}" for name in WORK_QUEUES for delay in DELAYS}
    parked = {f"doukikai.parked.{name}" for name in ORDERED_QUEUES}
    assert set(queues) == WORK_QUEUES | retries | parked | {"doukikai.dead"}
    assert {queue["arguments"]["x-queue-type"] for queue in queues.values()} == {"quorum"}
    assert all(queue["durable"] for queue in queues.values())


def test_ordered_queues_and_the_bot_tokens_work_have_a_single_active_consumer() -> None:
    single = {
        name
        for name, queue in _named("queues").items()
        if queue["arguments"].get("x-single-active-consumer")
    }
    assert single == {*ORDERED_QUEUES, "gateway.events", "gateway.events.tickets"}


def test_a_queue_has_one_publisher_beside_its_own_service() -> None:
    """Two would delay each other by a flood. The gateway writes what it has itself to read."""
    writers: dict[str, set[str]] = {queue: set() for queue in WORK_QUEUES}
    for each in definitions()["bindings"]:
        source = each["source"].removeprefix("doukikai.")
        if each["destination"] in writers and source.startswith(("commands", "events", "replies")):
            writers[each["destination"]].add(source.rpartition(".")[2])
    others = {queue: names - {queue.partition(".")[0]} for queue, names in writers.items()}
    assert {len(names) for names in others.values()} == {1}, others


def test_messages_are_routed_by_their_owner() -> None:
    routes = {
        (each["source"], each["routing_key"], each["destination"])
        for each in definitions()["bindings"]
    }
    assert routes == {
        *(
            (f"doukikai.commands.{publisher}", f"{owner}.#", queue)
            for owner in ("invitations", "tickets")
            for publisher, queue in (
                ("gateway", f"{owner}.commands"),
                ("scheduler", f"{owner}.commands.scheduler"),
            )
        ),
        *(
            ("doukikai.events.invitations", f"invitations.{event}", "scheduler.events")
            for event in DATED
        ),
        ("doukikai.events.invitations", "invitations.#", "gateway.events"),
        ("doukikai.events.tickets", "tickets.#", "gateway.events.tickets"),
        ("doukikai.events.gateway", "gateway.#", "gateway.events"),
        ("doukikai.events.tickets", "tickets.#", "scheduler.events.tickets"),
        *((f"doukikai.replies.{name}", "#", "gateway.replies") for name in REPLYING),
        ("doukikai.replies.tickets", "#", "gateway.replies.tickets"),
        *(
            (
                f"doukikai.retry.{queue.partition('.')[0]}",
                f"{queue}.{delay}",
                f"doukikai.retry.{queue}.{delay}",
            )
            for queue in WORK_QUEUES
            for delay in DELAYS
        ),
        *(
            (
                f"doukikai.retry.{queue.partition('.')[0]}",
                f"{queue}.parked",
                f"doukikai.parked.{queue}",
            )
            for queue in ORDERED_QUEUES
        ),
        *((f"doukikai.dead.{name}", "", "doukikai.dead") for name in SERVICES),
        ("doukikai.dead", "", "doukikai.dead"),
        *(("doukikai.replay.operations", queue, queue) for queue in WORK_QUEUES),
    }


@pytest.mark.parametrize("delay", DELAYS)
def test_a_delay_queue_gives_back_to_its_own_queue_alone(delay: str) -> None:
    policy = _named("policies")[f"retry-{delay}"]
    definition = policy["definition"]
    assert definition["message-ttl"] == 1000 * int(delay.removesuffix("s"))
    assert definition["dead-letter-strategy"] == "at-least-once"
    assert definition["overflow"] == "reject-publish"  # at-least-once is silently off without it
    queues = _named("queues")
    under = [name for name in queues if re.search(str(policy["pattern"]), name)]
    assert set(under) == {f"doukikai.retry.{queue}.{delay}" for queue in WORK_QUEUES}
    for name in under:
        own = name.removeprefix("doukikai.retry.").removesuffix(f".{delay}")
        assert queues[name]["arguments"] == {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": own,
        }


def test_a_user_writes_to_exchanges_that_end_in_its_name() -> None:
    for permission in definitions()["permissions"]:
        written = re.fullmatch(r"\^doukikai\\\.\(?([a-z|]+)\)?\\\.([a-z]+)\$", permission["write"])
        assert written is not None, permission
        assert written[2] == permission["user"]
        names = {f"doukikai.{kind}.{written[2]}" for kind in written[1].split("|")}
        assert names <= _named("exchanges").keys()


def test_a_work_queue_gives_up_into_the_dead_letter_queue() -> None:
    policy = _named("policies")["work"]["definition"]
    assert policy["delivery-limit"] == 20
    assert policy["dead-letter-exchange"] == "doukikai.dead"
    assert policy["dead-letter-strategy"] == "at-least-once"
    assert policy["overflow"] == "reject-publish"


def test_no_queue_can_fill_the_disk() -> None:
    for policy in definitions()["policies"]:
        assert 0 < policy["definition"]["max-length-bytes"] <= 500_000_000


def test_a_consumers_queue_drops_rather_than_refuse_and_goes_when_it_is_forgotten() -> None:
    policy = _named("policies")["consumers"]["definition"]
    assert policy["overflow"] == "drop-head"  # a refusal would hold up the relay
    assert policy["expires"] == DAYS_WITHOUT_A_READER * 24 * 3600 * 1000
    assert "dead-letter-exchange" not in policy


def test_no_user_may_configure_anything_and_no_password_is_in_git() -> None:
    assert {each["configure"] for each in definitions()["permissions"]} == {"^$"}
    assert "users" not in definitions()
    written = (PROJECT / "deploy" / "rabbitmq" / "definitions.json").read_text()
    assert "password" not in json.dumps(json.loads(written))
