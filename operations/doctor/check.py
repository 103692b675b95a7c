"""A look at one part, and what came of it: a sentence, whether all is well or not."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from operations.doctor.mending import Mending
from shared.database import DATABASE_ERRORS
from shared.settings import OperatorMistake

# What a part says that is not as it should be; nobody foresees each way.
UNFORESEEN = (*DATABASE_ERRORS, AttributeError, LookupError, TypeError, ValueError)
LOOK_SECONDS = 15.0

State: TypeAlias = Literal["well", "broken", "absent"]
Look: TypeAlias = Callable[[], Awaitable[str]]


class Broken(Exception):  # noqa: N818 - it reads as what the part is
    """A part is not as it should be; the text is the sentence that says how."""


class Away(Broken):
    """A part does not answer; `hangs` if it takes connections and says nothing."""

    def __init__(self, sentence: str, error: BaseException | None = None) -> None:
        super().__init__(sentence)
        self.hangs = isinstance(error, TimeoutError)


class Absent(Exception):  # noqa: N818 - likewise
    """A part is not set up here, and the product works without it."""


class Explained(Exception):  # noqa: N818 - likewise
    """A part is broken only because another one is, which has its own line."""


@dataclass(frozen=True, slots=True)
class Check:
    """A part's name, how to look at it, what it needs, and the container that it is."""

    part: str
    look: Look
    needs: Collection[str] = ()
    container: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """How a part is; what needs it cannot be looked at if it `is_away`."""

    part: str
    state: State
    sentence: str
    is_away: bool = False


async def examine(check: Check, mending: Mending) -> Finding | None:
    """Look at one part; whatever is wrong is a sentence, or None if another part explains it."""
    is_away = False
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return Finding(check.part, "well", await check.look())
    except Explained:
        return None
    except Absent as absent:
        return Finding(check.part, "absent", str(absent))
    except TimeoutError:
        is_away, sentence = True, f"No answer within {LOOK_SECONDS:.0f} seconds."
        sentence += mending.of(check.container, hangs=True)
    except Away as away:
        is_away, sentence = True, f"{away}{mending.of(check.container, hangs=away.hangs)}"
    except OperatorMistake as mistake:
        is_away, sentence = True, str(mistake)
    except Broken as broken:
        sentence = str(broken)
    except UNFORESEEN as error:
        sentence = f"It fails in a way unforeseen ({error!r})."
    return Finding(check.part, "broken", sentence, is_away)


class Examination:
    """What was found so far: a line for each cause, and none for what follows from it."""

    def __init__(self, mending: Mending) -> None:
        self._mending = mending
        self._findings: dict[str, Finding] = {}
        self._causes: dict[str, str] = {}  # of each part that was not looked at

    def is_away(self, part: str) -> bool:
        """Tell whether a part was found to be away, or is behind one that is."""
        found = self._findings.get(part)
        return part in self._causes or (found is not None and found.is_away)

    async def look_at(self, checks: Iterable[Check]) -> None:
        """Look at parts side by side, but at none that needs one that is away."""
        seen = []
        for check in checks:
            if need := next(filter(self.is_away, check.needs), None):
                self._causes[check.part] = self._causes.get(need, need)
            else:
                seen.append(check)
        for finding in await asyncio.gather(*(examine(each, self._mending) for each in seen)):
            if finding is not None:
                self._findings[finding.part] = finding

    def lines(self) -> list[Finding]:
        """Return what was found; a cause says how many parts were not looked at because of it."""
        behind = Counter(self._causes.values())
        return [
            replace(each, sentence=f"{each.sentence} {_not_looked_at(count)}")
            if (count := behind[each.part])
            else each
            for each in self._findings.values()
        ]


def _not_looked_at(count: int) -> str:
    parts = "One part that needs it was" if count == 1 else f"{count} parts that need it were"
    return f"({parts} not looked at.)"
