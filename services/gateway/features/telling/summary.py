"""One message in each thread that sums up who comes and goes, edited and never repeated."""

import asyncio
from datetime import datetime
from uuid import UUID, uuid5

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiUnavailable, InvitationsApi
from services.gateway.discord.messages import MESSAGES, Messages
from services.gateway.discord.rest import DISCORD_AWAY, NEVER, THREAD_ARCHIVED, call
from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.drawing.notices import quiet
from services.gateway.features.telling.views import line, lines_in, merged, summary
from services.gateway.i18n.locale import Locale
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ParticipantEvent
from shared.messages.views import InvitationView

EVERY_SECONDS = 5.0
SUMMARIES = UUID("0a3c7ab1-6a55-4a3f-9d0b-3c2f8f1f7f5e")
FIRST = 50  # of a thread's messages, among which the summary is looked for

log = structlog.get_logger()


class Summaries:
    """Writes the summaries: the first change at once, those of the next seconds together.

    The lines are kept in the message itself. A crash may lose the lines of those few seconds; the
    counts are of now, and right again with the next change.
    """

    def __init__(
        self,
        http: HTTPClient,
        messages: Messages,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
    ) -> None:
        self._http = http
        self._messages = messages
        self._api = api
        self._guilds = guilds
        self._waiting: dict[str, list[tuple[ParticipantEvent, datetime]]] = {}
        self._resting: dict[str, asyncio.Task[None]] = {}

    async def note(self, envelope: Envelope, event: ParticipantEvent) -> None:
        """Add an event to the summary: now, or with others in a few seconds."""
        invitation_id = event.invitation.id
        self._waiting.setdefault(invitation_id, []).append((event, envelope.sent_at))
        if invitation_id in self._resting:
            return
        self._resting[invitation_id] = asyncio.create_task(self._rest(invitation_id))
        await self._write(invitation_id)

    async def _rest(self, invitation_id: str) -> None:
        try:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                if invitation_id not in self._waiting:
                    break
                await self._write(invitation_id)
        except (ApiUnavailable, *DISCORD_AWAY) as error:
            log.warning("summary.delayed", invitation_id=invitation_id, reason=type(error).__name__)
        finally:
            del self._resting[invitation_id]

    async def _write(self, invitation_id: str) -> None:
        events = self._waiting.pop(invitation_id, [])
        try:
            view = await self._api.invitation(invitation_id)
            if view is not None and view.status not in FINAL:
                await self._show(view, events)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.info("summary.refused", invitation_id=invitation_id, code=error.code)
        except BaseException:
            # The next event takes them along; an event that is handled again is there only once.
            self._waiting[invitation_id] = events + self._waiting.get(invitation_id, [])
            raise

    async def _show(
        self, view: InvitationView, events: list[tuple[ParticipantEvent, datetime]]
    ) -> None:
        language = Locale.of(await self._guilds.of(view.guild_id)).language
        new = [said for event, at in events if (said := line(event, at, language))]
        if not await self._messages.check(view):
            return
        thread_id = view.thread_id
        path = f"{MESSAGES}?limit={FIRST}&after={thread_id}"
        first = await call(self._http, "GET", path, channel_id=thread_id)
        wanted = _mark(summary(view, [], language))
        found = next((each for each in first if _mark(each) == wanted), None)
        if found is not None:
            await self._edit(view, found, summary(view, merged(lines_in(found), new), language))
        elif new and len(first) < FIRST:  # else it may be behind them, and would be there twice
            [shown] = quiet([summary(view, merged([], new), language)])
            await self._messages.write(thread_id, uuid5(SUMMARIES, thread_id), shown)
        log.info("summary.written", invitation_id=view.id, lines=len(new))

    async def _edit(self, view: InvitationView, found: Payload, shown: Payload) -> None:
        message_id = str(found["id"])
        try:
            await self._messages.edit(view.thread_id, message_id, shown)
        except disnake.HTTPException as error:
            if error.code != THREAD_ARCHIVED:
                raise
            await self._messages.open_again(view.thread_id)
            await self._messages.edit(view.thread_id, message_id, shown)


def _mark(message: Payload) -> str:
    rows = message.get("components") or [{}]
    parts = rows[0].get("components") or [{}]
    return str(parts[0].get("custom_id"))
