"""Lets many readers follow the feed: new events are read once for all of them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator, Sequence

from prometheus_client import Gauge

from services.invitations.sql import feed
from services.invitations.sql.feed import Numbered, Wanted
from shared.read_router import ReadRouter
from shared.tasks import forever

MOST_FOLLOWERS = 500
LOOK_SECONDS = 0.2  # another process may be the one that numbers: nothing wakes this one
PULSE_SECONDS = 15.0

FOLLOWERS = Gauge("event_followers", "Clients that follow the event feed of this process.")


class TooManyFollowers(Exception):  # noqa: N818 - it reads as what happened
    """There are as many followers as one process may have."""


class Behind(Exception):  # noqa: N818 - it reads as what happened
    """What a reader wants to read next is not kept any more, or was never given a number."""

    def __init__(self, after: int, page: feed.Page) -> None:
        self.oldest, self.newest = page.oldest, page.newest
        self.is_ahead = after > page.newest
        super().__init__(f"{after} is not in {page.oldest} to {page.newest}")


def check(page: feed.Page, after: int | None) -> None:
    """Raise Behind if events after this number are missing, or it is higher than the newest."""
    if after is not None and not page.oldest - 1 <= after <= page.newest:
        raise Behind(after, page)


class _Link:
    """A place in the feed; once there are newer events it leads to them and to the next place.

    A follower holds its place, so what is behind the slowest one is freed by itself.
    """

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        self.events: Sequence[Numbered] = ()
        self.next: _Link | None = None
        self.grown = asyncio.Event()


class Tail:
    """The newest end of the feed."""

    def __init__(self, reads: ReadRouter) -> None:
        self._reads = reads
        self._followers = 0
        self._end: _Link | None = None  # None while nobody follows
        self._is_closed = False

    async def run(self) -> None:
        """Look for new events while there are followers, until cancelled."""
        await forever("feed_tail", self.look, every_seconds=LOOK_SECONDS, pause_seconds=1.0)

    async def look(self) -> None:
        """Read what is new."""
        end = self._end
        while end is not None:
            page = await self._page(end.sequence, Wanted())
            if page.next <= end.sequence or self._end is not end:
                break
            end.events, end.next = page.events, _Link(page.next)
            self._end = end.next
            end.grown.set()
            end = end.next

    async def close(self, _app: object = None) -> None:
        """Let every follower end."""
        self._is_closed = True
        if self._end is not None:
            self._end.grown.set()

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Count a follower; raises TooManyFollowers."""
        if self._followers >= MOST_FOLLOWERS or self._is_closed:
            raise TooManyFollowers
        self._followers += 1
        FOLLOWERS.set(self._followers)
        try:
            yield
        finally:
            self._followers -= 1
            FOLLOWERS.set(self._followers)
            if not self._followers:
                self._end = None

    async def follow(
        self, after: int | None, wanted: Wanted
    ) -> AsyncGenerator[tuple[Sequence[Numbered], int]]:
        """Yield events after a number, or from the oldest, until the process ends.

        With them comes the number that is reached. There are none where nothing new fits, and every
        fifteen seconds. Raises Behind.
        """
        link: _Link | None = None
        while not self._is_closed:
            if link is None:
                page = await self._page(after, wanted)
                check(page, after)
                yield page.events, page.next
                after = page.next
                self._end = self._end or _Link(page.newest)
                link = self._end if after >= self._end.sequence else None
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PULSE_SECONDS):
                    await link.grown.wait()
            reached = after or 0
            fitting = [each for each in link.events if each.sequence > reached and wanted.has(each)]
            if link.next is not None:
                after, link = max(reached, link.next.sequence), link.next
            yield fitting, after or 0

    async def _page(self, after: int | None, wanted: Wanted) -> feed.Page:
        return await feed.page(self._reads.session(), after, wanted, feed.PAGE)
