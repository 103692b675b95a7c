"""A dead letter: its message, where it died and why; and a selection of dead letters."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.exchanges import DEAD, POSITION
from shared.origins import ORIGIN
from shared.proofs import PROOF

SEALED = re.compile(r"v[0-9]+\.([a-z0-9]+)\.[A-Za-z0-9_-]+")
# What a replay needs. All else is of the failure, or of a hostile publisher: RabbitMQ delivers a
# copy to each queue that a `CC` header names.
KEPT = (PROOF, POSITION)


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it lies there."""

    id: str
    name: str
    queue: str | None
    origin: str
    error: str
    died_at: datetime | None
    body: str
    headers: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        body: bytes,
        headers: Mapping[str, Any],
        message_id: str | None,
        name: str | None,
        *,
        exchange: str,
    ) -> "Letter":
        """Read a letter, whatever stands in it; one without an id is named by what it says.

        The exchange it came by says who wrote its headers.
        """
        deaths = headers.get("x-death") or [{}]
        queue, origin = _came_from(headers, deaths[0], exchange)
        return cls(
            id=message_id or f"sha256-{hashlib.sha256(body).hexdigest()[:16]}",
            name=name or "?",
            queue=queue,
            origin=origin,
            error=_text(headers.get("x-error") or headers.get("x-first-death-reason")) or "?",
            died_at=_moment(headers.get("x-dead-at") or deaths[0].get("time")),
            body=body.decode(errors="replace"),
            headers=headers,
        )

    def kept_headers(self) -> dict[str, Any]:
        """Return the headers that its consumer believes it by, and where it first came from."""
        kept = {name: self.headers[name] for name in KEPT if name in self.headers}
        return {**kept, ORIGIN: self.origin}

    def age(self, now: datetime) -> timedelta | None:
        """Tell how long it has been dead."""
        return now - self.died_at if self.died_at else None

    def summary(self) -> dict[str, Any]:
        """Say what stands in a list of letters."""
        return {
            "id": self.id,
            "name": self.name,
            "queue": self.queue,
            "error": self.error,
            "died_at": self.died_at,
        }

    def content(self) -> object:
        """Give what it says, with nothing of what is sealed in it."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            said = self.body
        return covered(said)


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice of letters: a letter must meet every condition."""

    ids: Sequence[str] = ()
    name: str | None = None
    queue: str | None = None
    older_than: timedelta | None = None

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing was wished for."""
        return not self.ids and (self.name, self.queue, self.older_than) == (None, None, None)

    def takes(self, letter: Letter) -> bool:
        """Judge one letter; a name may leave its owner out."""
        age = letter.age(datetime.now(UTC))
        return (
            (not self.ids or any(letter.id.startswith(each) for each in self.ids))
            and (self.name is None or self.name in (letter.name, letter.name.rpartition(".")[2]))
            and (self.queue is None or self.queue == letter.queue)
            and (self.older_than is None or (age is not None and age >= self.older_than))
        )


def _came_from(
    headers: Mapping[str, Any], death: Mapping[str, Any], exchange: str
) -> tuple[str | None, str]:
    """Return the queue a letter died in and its origin, by what no other service can write.

    A service writes dead letters of its own queues alone. One that RabbitMQ put there says so in
    its newest death, and its other headers are whatever its publisher wrote.
    """
    if exchange == DEAD:
        by = _text(death.get("exchange")) or _text(headers.get(ORIGIN))
        return _text(death.get("queue")), by or ""
    queue, service = _text(headers.get("x-queue")), exchange.removeprefix(f"{DEAD}.")
    is_own = queue is not None and queue.startswith(f"{service}.")
    return queue if is_own else None, _text(headers.get(ORIGIN)) or ""


def covered(said: object) -> object:
    """Return what a message says, with each sealed text replaced by the name of its key."""
    if isinstance(said, dict):
        return {name: covered(each) for name, each in said.items()}
    if isinstance(said, list):
        return [covered(each) for each in said]
    return SEALED.sub(r"(sealed under key \1)", said) if isinstance(said, str) else said


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return datetime.fromisoformat(_text(value) or "")
    except ValueError:
        return None
