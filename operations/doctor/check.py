"""A look at one part, and what came of it: a sentence, whether all is well or not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shared.database import DATABASE_ERRORS
from shared.settings import OperatorMistake

# What a part says that is not as it should be; nobody foresees each way.
UNFORESEEN = (*DATABASE_ERRORS, AttributeError, LookupError, TypeError, ValueError)
LOOK_SECONDS = 15.0

State: TypeAlias = Literal["well", "broken", "absent"]
Look: TypeAlias = Callable[[], Awaitable[str]]


class Broken(Exception):  # noqa: N818 - it reads as what the part is
    """A part is not as it should be; the text is the sentence that says how."""


class Absent(Exception):  # noqa: N818 - likewise
    """A part is not set up here, and the product works without it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A part's name, and how to look at it."""

    part: str
    look: Look


@dataclass(frozen=True, slots=True)
class Finding:
    """How a part is."""

    part: str
    state: State
    sentence: str


async def examine(check: Check) -> Finding:
    """Look at one part; whatever is wrong with it ends here as a sentence."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return Finding(check.part, "well", await check.look())
    except TimeoutError:
        sentence = f"No answer within {LOOK_SECONDS:.0f} seconds."
        return Finding(check.part, "broken", sentence)
    except (Broken, OperatorMistake) as broken:
        return Finding(check.part, "broken", str(broken))
    except Absent as absent:
        return Finding(check.part, "absent", str(absent))
    except UNFORESEEN as error:
        return Finding(check.part, "broken", f"It fails in a way unforeseen ({error!r}).")
