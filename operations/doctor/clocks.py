"""Compares the clocks that presses, seats and deadlines are judged by."""

import re
from collections.abc import AsyncIterator

from operations.doctor import watching
from operations.doctor.asking import read
from operations.doctor.check import Absent, Broken
from operations.settings import Settings

# As the alert ClockSkewed has it: half of what any comparison of two clocks can bear.
MOST_SECONDS = 30
FIGURE = re.compile(r'^clock_skew_seconds\{against="(\w+)"\} (\S+)$', re.MULTILINE)


async def clocks(settings: Settings) -> str:
    """See that no process's clock differs from Discord's, the database's or another service's."""
    if settings.service_urls is None:
        raise Absent("SERVICE_URLS is not set.")
    skews = [each async for each in _skews(settings)]
    if not skews:
        raise Absent("No service that answers has compared its clock yet.")
    wrong = [
        f"{where} is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} {against}."
        for where, against, seconds in skews
        if abs(seconds) > MOST_SECONDS
    ]
    if wrong:
        raise Broken(" ".join(wrong))
    return f"They agree within {max(1, *(abs(seconds) for *_, seconds in skews)):.0f} s."


async def _skews(settings: Settings) -> AsyncIterator[tuple[str, str, float]]:
    """Give each process, the clock it has compared its own with, and by how much it is ahead."""
    for name, url in watching.services(settings):
        try:
            for replica in await watching.replicas(url):
                _, text = await read(f"{replica}/metrics", named=replica)
                for against, seconds in FIGURE.findall(text):
                    yield f"{name} at {replica}", against, float(seconds)
        except Broken:
            continue  # the line of the service says so
