"""A command is accepted only from a publisher that holds the key for its service."""

import itertools

import pytest

from shared.proofs import READING, CommandKeys, Unproven
from shared.settings import OperatorMistake
from tests.keys import KEYS, SEALING_KEYS

BODY = b'{"name": "invitations.RevealSecrets"}'


def reason(proof: object, body: bytes = BODY, keys: CommandKeys = KEYS["invitations"]) -> str:
    with pytest.raises(Unproven) as refused:
        keys.publisher_of(body, proof)
    return str(refused.value)


def test_a_proof_names_its_publisher_and_holds_for_these_bytes_alone() -> None:
    proof = KEYS["gateway"].prove("gateway", "invitations", BODY)
    assert KEYS["invitations"].publisher_of(BODY, proof) == "gateway"
    assert reason(proof, BODY + b" ") == "wrong_proof"


def test_one_services_keys_prove_nothing_to_another() -> None:
    assert KEYS["tickets"].prove("gateway", "invitations", BODY) is None
    assert KEYS["scheduler"].prove("gateway", "invitations", BODY) is None
    of_tickets = KEYS["tickets"].prove("gateway", "tickets", BODY)
    assert of_tickets is not None
    assert reason(of_tickets) == "unknown_key"
    assert reason(of_tickets.replace("tickets", "invitations")) == "wrong_proof"
    of_scheduler = KEYS["scheduler"].prove("scheduler", "invitations", BODY)
    assert of_scheduler is not None
    assert reason(of_scheduler.replace("scheduler", "gateway")) == "wrong_proof"


@pytest.mark.parametrize("proof", [None, 1, b"gateway.invitations.k1.AAAA", [], {}])
def test_a_malformed_proof_counts_as_no_proof(proof: object) -> None:
    assert reason(proof) == "no_proof"


@pytest.mark.parametrize("proof", ["", ".", "gateway.invitations.k1", "gateway.invitations.k9.AA"])
def test_a_key_that_is_not_on_the_ring_is_unknown(proof: str) -> None:
    assert reason(proof) == "unknown_key"


@pytest.mark.parametrize("mac", ["", "AAAA", "あ", "A" * 43, "A" * 5000])
def test_any_other_mac_is_wrong(mac: str) -> None:
    assert reason(f"gateway.invitations.k1.{mac}") == "wrong_proof"


def test_a_reading_token_is_the_gateways_alone_and_proves_no_command() -> None:
    token = KEYS["gateway"].reading_token("invitations")
    assert KEYS["invitations"].is_reading_token(token)
    assert reason(token) == "wrong_proof"
    of_scheduler = KEYS["scheduler"].prove("scheduler", "invitations", READING)
    of_command = KEYS["gateway"].prove("gateway", "invitations", BODY)
    of_tickets = KEYS["gateway"].reading_token("tickets")
    for other in (of_scheduler, of_command, of_tickets, "", token[:-1], f"{token}é", "\udcff"):
        assert other is not None
        assert not KEYS["invitations"].is_reading_token(other)


def test_a_command_stays_proved_while_one_key_takes_anothers_place() -> None:
    """As `doukikai keys rotate` leads: add, promote, remove; the services change one by one."""
    old, new = SEALING_KEYS, f"k2:{'B' * 42}A"
    rings = [old, f"{old},{new}", f"{new},{old}", new]
    for before, after in itertools.pairwise(rings):
        for publishing, reading in ((before, after), (after, before)):
            proof = CommandKeys.derived(publishing, "gateway").prove("gateway", "tickets", BODY)
            assert CommandKeys.derived(reading, "tickets").publisher_of(BODY, proof) == "gateway"
            token = CommandKeys.derived(publishing, "gateway").reading_token("tickets")
            assert CommandKeys.derived(reading, "tickets").is_reading_token(token)
    proof = CommandKeys.derived(old, "gateway").prove("gateway", "tickets", BODY)
    assert reason(proof, keys=CommandKeys.derived(new, "tickets")) == "unknown_key"


@pytest.mark.parametrize("service", ["gateway", "scheduler", "invitations", "tickets"])
def test_a_setting_says_the_same_as_the_ring_it_is_derived_from(service: str) -> None:
    keys = KEYS[service]
    assert str(CommandKeys.of(str(keys))) == str(keys)
    assert SEALING_KEYS.partition(":")[2] not in str(keys)


@pytest.mark.parametrize("setting", ["", "k1:" + "A" * 43, "tickets.gateway.k1:" + "A" * 43])
def test_a_mistake_in_the_setting_is_one_sentence(setting: str) -> None:
    with pytest.raises(OperatorMistake, match="COMMAND_KEYS is wrong at key 1: each key is <pub"):
        CommandKeys.of(setting)
