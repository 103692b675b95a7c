"""A key is replaced step by step, and every text can be opened at every step."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.ring import Ring
from shared.proofs import CommandKeys
from shared.settings import OperatorMistake
from tests.conftest import Site
from tests.operations.command import doukikai

OLD = f"first:{'A' * 43}"
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
NEW = "r20261123120000"


def test_the_number_of_sealed_texts_decides_the_next_step() -> None:
    ring = Ring.of(OLD)
    assert ring.stage({"first": 3}) == "add"
    added = ring.after("add", NOW)
    assert (list(added.keys), added.stage({"first": 3})) == (["first", NEW], "promote")
    promoted = added.after("promote", NOW)
    assert (promoted.sealing, list(promoted.keys)) == (NEW, [NEW, "first"])
    assert promoted.stage({"first": 2, NEW: 1}) == "wait"
    assert promoted.stage({NEW: 3}) == "remove"
    assert promoted.stage({}) == "remove", "nothing is sealed at all"
    assert list(promoted.after("remove", NOW).keys) == [NEW]
    assert Ring.of(str(promoted)) == promoted
    with pytest.raises(OperatorMistake, match="sealed with lost, which is not on the ring"):
        ring.stage({"lost": 1})


def urls(site: Site) -> dict[str, str]:
    return {
        f"{role.upper()}_DATABASE_URL": site.pooled_url(role) for role in ("invitations", "tickets")
    }


async def test_the_command_leads_from_the_old_key_to_the_new(site: Site, tmp_path: Path) -> None:
    """As in Docker, where the ring stands in a file; here a hand does what the gateways do."""
    pool = await site.pool()
    await pool.execute(
        "INSERT INTO calendars (owner_kind, owner_id, token, token_sha256)"
        " VALUES ('member', '1', 'v1.first.bG9zdA', sha256('x'))"
    )
    file = tmp_path / "sealing-keys"
    file.write_text(OLD)
    environment = urls(site) | {"SEALING_KEYS_FILE": str(file)}

    assert "new key stands behind" in (await doukikai("keys", "rotate", **environment)).errors
    refused = await doukikai("keys", "rotate", typed="n\n", **environment)
    assert (refused.code, "every service restarted" in refused.errors) == (1, True)
    assert (await doukikai("keys", "rotate", "--yes", **environment)).code == 0
    ring = Ring.of(file.read_text())
    assert list(ring.keys) == [ring.sealing, "first"]
    waits = await doukikai("keys", "rotate", "--yes", **environment)
    assert waits.output.startswith("1 texts are to be sealed again")
    assert [
        (each["state"], each["invitations"])
        for each in (await doukikai("keys", "status", "--json", **environment)).data
    ] == [("seals", 0), ("opens", 1)]
    await pool.execute(f"UPDATE calendars SET token = 'v1.{ring.sealing}.bmV3'")  # noqa: S608 - ours
    await pool.close()
    assert (await doukikai("keys", "rotate", "--wait", "--yes", **environment)).code == 0
    assert list(Ring.of(file.read_text()).keys) == [ring.sealing]


async def test_a_ring_of_the_operators_own_is_printed_and_not_kept(site: Site) -> None:
    ended = await doukikai("keys", "rotate", SEALING_KEYS=OLD, **urls(site))
    assert ended.output.startswith(f"SEALING_KEYS={OLD},r")
    wrong = await doukikai("keys", "status", SEALING_KEYS="first:short", **urls(site))
    assert (wrong.code, wrong.errors.startswith("SEALING_KEYS is wrong at key 1")) == (1, True)


async def test_the_keys_that_prove_commands_are_derived_from_the_ring() -> None:
    keys = (await doukikai("keys", "commands", "--json", SEALING_KEYS=OLD)).data
    assert keys == {
        name: str(CommandKeys.derived(OLD, name))
        for name in ("invitations", "tickets", "scheduler")
    }
    plain = await doukikai("keys", "commands", SEALING_KEYS=OLD)
    assert f"COMMAND_KEYS={keys['tickets']}\n" in plain.output


async def test_a_token_for_programs_is_read_by_the_api_until_the_ring_changes() -> None:
    token = (await doukikai("keys", "api-token", SEALING_KEYS=OLD)).output.strip()
    assert CommandKeys.derived(OLD, "invitations").is_reading_token(token)
    other = f"k9:{'A' * 42}E"
    assert not CommandKeys.derived(other, "invitations").is_reading_token(token)
