"""The key ring while one key takes another's place: what stands on it, and what comes next.

A new key first stands behind the old one, until every gateway can open what it seals. Then it goes
to the front and seals; the gateways seal old texts again. When no text is left under the old
key, and no press that it sealed can still be answered, it leaves.
"""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from shared.sealing import KEY_BYTES, Sealer
from shared.settings import OperatorMistake

# The ids this command gives say when, so that of two keys the newer is known.
OURS = re.compile(r"r[0-9]{14}")

Stage: TypeAlias = Literal["add", "promote", "wait", "remove"]


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys as SEALING_KEYS writes them, by their ids; the first seals."""

    keys: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Ring":
        """Read a ring; raises OperatorMistake as the gateway would."""
        Sealer.of(text)
        parts = [part.strip().partition(":") for part in text.split(",")]
        return cls({key_id: key for key_id, _, key in parts})

    @property
    def sealing(self) -> str:
        """Name the key that seals."""
        return next(iter(self.keys))

    @property
    def newer(self) -> str | None:
        """Name the key that is to seal next, if one waits for it."""
        waiting = [each for each in self.keys if _made_at(each) > _made_at(self.sealing)]
        return max(waiting, key=_made_at, default=None)

    def __str__(self) -> str:
        """Write it as SEALING_KEYS has it."""
        return ",".join(f"{key_id}:{key}" for key_id, key in self.keys.items())

    def stage(self, texts: Mapping[str, int]) -> Stage:
        """Tell what comes next, by how many texts each key has sealed."""
        if lost := sorted(set(texts) - set(self.keys)):
            raise OperatorMistake(
                f"Texts are sealed with {', '.join(lost)}, which is not on the ring: put it back"
                " behind the others first."
            )
        if self.newer:
            return "promote"
        if len(self.keys) == 1:
            return "add"
        return "wait" if self.outdated(texts) else "remove"

    def outdated(self, texts: Mapping[str, int]) -> int:
        """Count the texts that another key than the first has sealed."""
        return sum(count for key_id, count in texts.items() if key_id != self.sealing)

    def after(self, stage: Stage, now: datetime) -> "Ring":
        """Give the ring as it is after a stage."""
        if stage == "add":
            key = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
            return Ring({**self.keys, f"r{now:%Y%m%d%H%M%S}": key})
        if stage == "promote" and self.newer:
            return Ring({self.newer: self.keys[self.newer], **self.keys})
        if stage == "remove":
            return Ring({self.sealing: self.keys[self.sealing]})
        return self


def _made_at(key_id: str) -> str:
    return key_id if OURS.fullmatch(key_id) else ""
