"""Whatever arrives as a message is read, and written as it was read, or is unreadable."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.messages.envelope import Envelope
from shared.messages.registry import REGISTRY, Unreadable, read
from tests.shared.inventing import JUNK, bodies, spoiled

FEW = settings(
    max_examples=3, phases=(Phase.generate,), deadline=None, suppress_health_check=list(HealthCheck)
)
AROUND = {"id": str(uuid4()), "correlation_id": str(uuid4()), "sent_at": str(datetime.now(UTC))}


def read_again(fields: dict[str, Any]) -> Envelope | None:
    """Read a message, and what it is written as; None when it is no message."""
    try:
        envelope = read(json.dumps(fields))
    except Unreadable:
        return None
    assert read(envelope.to_json()) == envelope
    return envelope


def test_any_body_is_read_or_unreadable() -> None:
    found = {name for name in REGISTRY if _is_read_or_unreadable(name)}
    assert len(found) > len(REGISTRY) * 3 / 4, "too few of what was invented can be read"


def _is_read_or_unreadable(name: str) -> bool:
    found = 0

    @given(bodies(REGISTRY[name]), spoiled(REGISTRY[name]))
    @FEW
    def judge(body: Any, wrong: Any) -> None:
        nonlocal found
        found += read_again({**AROUND, "name": name, "body": body}) is not None
        read_again({**AROUND, "name": name, "body": wrong})

    judge()
    return found > 0


@given(st.sampled_from([*AROUND, "name", "body", "causation_id", "added"]), JUNK)
def test_any_envelope_is_read_or_unreadable(field: str, junk: Any) -> None:
    body = {"actor": {"user_id": "1", "name": "た"}, "invitation_id": "1"}
    read_again({**AROUND, "name": "invitations.JoinInvitation", "body": body, field: junk})


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | JUNK.map(json.dumps))
def test_any_bytes_are_no_message(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)
