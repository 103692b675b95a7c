"""The thread of an invitation: its people are in it, it is open and named like its event."""

from typing import Any
from uuid import uuid5

import disnake
import structlog

from services.gateway.discord.messages import Messages
from services.gateway.discord.refusals import MISSING_ACCESS
from services.gateway.discord.rest import UNKNOWN_MEMBER
from services.gateway.discord.threads import was_closed
from services.gateway.drawing.announcement import FINAL, thread_name
from services.gateway.features.participants.thread_members import belonging
from services.gateway.metrics import REPAIRS
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import NOBODY, Actor, Envelope
from shared.messages.invitations.repairs import MoveAnnouncement, OwedRepair
from shared.messages.views import InvitationView

# They have left, or do not see the channel: the bot can do nothing about it.
NOT_OURS = {UNKNOWN_MEMBER, MISSING_ACCESS}

log = structlog.get_logger()


class ThreadRepair:
    """Compares a thread with its invitation; one that silence has archived is left asleep."""

    def __init__(self, broker: Broker, messages: Messages) -> None:
        self._broker = broker
        self._messages = messages
        self._threads = messages.threads

    async def repair(self, view: InvitationView, _guild: disnake.Guild) -> list[OwedRepair]:
        """Open, name and fill the thread of an open event; close that of one that is over.

        Nothing is owed: what Discord refuses is raised as `disnake.HTTPException`.
        """
        await self._messages.ownership.see(view.channel_id)  # else each thread costs a refusal
        thread = await self._threads.read(view.thread_id)
        if view.status in FINAL:
            await self._close(view, thread)
            return []
        thread_id = view.thread_id
        if thread is not None:
            await self._mend(view, thread)
        elif await self._messages.look(view.channel_id, view.shown_id) is None:
            return []  # there is another announcement soon, with another thread
        else:
            thread_id = await self._open(view)
        await self._let_in(view, thread_id)
        return []

    async def _close(self, view: InvitationView, thread: dict[str, Any] | None) -> None:
        if thread is None or thread["thread_metadata"]["archived"]:
            return
        refusal = await self._threads.close(view.thread_id)
        thread = await self._threads.read(view.thread_id)
        if refusal is not None and thread and not thread["thread_metadata"]["archived"]:
            raise refusal
        self._repaired(view, "closed")

    async def _open(self, view: InvitationView) -> str:
        """Open a thread at the announcement again; its id is that of the message."""
        await self._messages.open_thread_at(view.channel_id, view.shown_id, thread_name(view))
        self._repaired(view, "opened")
        if view.thread_id == view.shown_id or view.request_id is None:
            return view.shown_id
        move = MoveAnnouncement(
            actor=Actor(user_id=NOBODY, name="gateway", guild_id=view.guild_id),
            invitation_id=view.id,
            request_id=uuid5(view.request_id, f"thread {view.thread_id}"),
            before_id=view.shown_id,
            announcement_id=view.shown_id,
            thread_id=view.shown_id,
            channel_id=view.channel_id,
        )
        await self._broker.publish(COMMANDS, move.wire_name(), Envelope.first(move))
        return view.shown_id

    async def _mend(self, view: InvitationView, thread: dict[str, Any]) -> None:
        if was_closed(thread):
            await self._threads.open(view.thread_id)
            self._repaired(view, "reopened")
        if thread["name"] != thread_name(view):
            await self._messages.rename_thread(view)
            self._repaired(view, "renamed")

    async def _let_in(self, view: InvitationView, thread_id: str) -> None:
        for user_id in await self._threads.lacking(thread_id, belonging(view)):
            refusal = await self._threads.add(thread_id, user_id)
            if refusal is None:
                self._repaired(view, "member")
            elif refusal.code not in NOT_OURS:
                raise refusal

    def _repaired(self, view: InvitationView, what: str) -> None:
        REPAIRS.labels(kind="thread").inc()
        log.info("thread.repaired", invitation_id=view.id, what=what)
