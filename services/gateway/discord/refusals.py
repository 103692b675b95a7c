"""Remembers for a moment which channels Discord does not let the bot see.

Discord counts each refusal towards a ban, and many events can name one hidden channel. So what was
refused in a channel is not asked again until its permissions change, or the moment is over.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import disnake

Answer: TypeAlias = disnake.Forbidden | Literal["let"]

# Where the bot may not see a channel; also where it may not list members, or a member may not see.
MISSING_ACCESS = 50001
# A gateway of another shard does not hear that a permission has changed.
SECONDS = 30.0
MOST = 10_000


class Refusals:
    """What Discord last answered to each kind of request in a channel: it let it, or refused it.

    Refusals other than Missing Access are about one message, one member or one change, and are not
    remembered. Nor is 404, which Discord does not count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # By channel, then by method and path: until when the answer holds.
        self._said = OrderedDict[str, dict[str, tuple[float, Answer]]]()

    def check(self, method: str, path: str, where: Mapping[str, object]) -> None:
        """Raise the refusal that Discord would repeat."""
        refusal = self._find(method, path, str(where.get("channel_id")))
        if isinstance(refusal, disnake.Forbidden):
            text = {"code": refusal.code, "message": refusal.text}
            raise disnake.Forbidden(refusal.response, text)

    def has_let(self, method: str, path: str, channel_id: str) -> bool:
        """Return whether Discord let such a request a moment ago."""
        return self._find(method, path, channel_id) == "let"

    def hear(
        self,
        method: str,
        path: str,
        where: Mapping[str, object],
        error: disnake.HTTPException | None = None,
    ) -> None:
        """Learn from an answer, unless it is about one member of the channel."""
        if "channel_id" not in where or "user_id" in where:
            return
        answer: Answer = "let"
        if error is not None:
            if not isinstance(error, disnake.Forbidden) or error.code != MISSING_ACCESS:
                return
            answer = error
        channel_id = str(where["channel_id"])
        answers = self._said.setdefault(channel_id, {})
        answers[_kind(method, path)] = self._clock() + SECONDS, answer
        self._said.move_to_end(channel_id)
        if len(self._said) > MOST:
            self._said.popitem(last=False)

    def forget(self, channel_ids: Iterable[int]) -> None:
        """Ask Discord again about channels whose permissions may have changed."""
        for channel_id in channel_ids:
            self._said.pop(str(channel_id), None)

    def _find(self, method: str, path: str, channel_id: str) -> Answer | None:
        until, answer = self._said.get(channel_id, {}).get(_kind(method, path), (0.0, None))
        return answer if until > self._clock() else None


def _kind(method: str, path: str) -> str:
    return f"{method} {path.partition('?')[0]}"


REFUSALS = Refusals()
