"""Threads on Discord: silence archives them, moderators lock them, and some are deleted."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.discord.rest import (
    CHANNEL,
    NEVER,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MEMBER,
    call,
)

MEMBERS = "/channels/{channel_id}/thread-members"
MEMBER = f"{MEMBERS}/{{user_id}}"
# Silence is counted by Discord, to about a minute.
SLACK = timedelta(minutes=5)
CLOSED = {"archived": True, "locked": True}
ARCHIVED = {"archived": True}
SHUT = {THREAD_ARCHIVED, THREAD_LOCKED}

Done = TypeVar("Done")

log = structlog.get_logger()


class Threads:
    """Changes threads with the bot's token; an archived one is opened before it is changed."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http
        self._may_list_members = True

    async def read(self, thread_id: str) -> dict[str, Any] | None:
        """Return a thread; None if it was deleted."""
        try:
            found: dict[str, Any] = await call(self._http, "GET", CHANNEL, channel_id=thread_id)
        except disnake.NotFound:
            return None
        return found

    async def in_open(
        self, thread_id: str, act: Callable[[], Awaitable[Done]], *, yields: bool = False
    ) -> Done:
        """Do something in a thread; open it first if Discord says that it is archived or locked.

        With `yields`, what a moderator closed stays closed, and Discord's refusal is raised.
        """
        try:
            return await act()
        except disnake.HTTPException as error:
            if error.code not in SHUT or not await self.open(thread_id, yields=yields):
                raise
        return await act()

    async def open(self, thread_id: str, *, yields: bool = False) -> bool:
        """Unarchive and unlock a thread; only the lock needs Manage Threads.

        With `yields`, what a moderator closed stays closed. Returns whether the thread is open.
        """
        thread = await call(self._http, "GET", CHANNEL, channel_id=thread_id)
        settings = thread["thread_metadata"]
        if yields and was_closed(thread):
            return False
        if settings["locked"]:
            await self._change(thread_id, {"archived": False, "locked": False})
        elif settings["archived"]:
            await self._change(thread_id, {"archived": False})
        return True

    async def add(
        self, thread_id: str, user_id: str, *, yields: bool = False
    ) -> disnake.HTTPException | None:
        """Add a member; returns what Discord had against it."""
        return await self._member("PUT", thread_id, user_id, yields=yields)

    async def remove(
        self, thread_id: str, user_id: str, *, yields: bool = False
    ) -> disnake.HTTPException | None:
        """Remove a member; returns what Discord had against it. One who is not in it is removed."""
        refusal = await self._member("DELETE", thread_id, user_id, yields=yields)
        return None if refusal is not None and refusal.code == UNKNOWN_MEMBER else refusal

    async def lacking(self, thread_id: str, user_ids: Sequence[str]) -> list[str]:
        """Return which of some members are not in a thread; an archived one stays asleep.

        Only a bot with the members intent may list them all. Discord refuses the others once.
        """
        if self._may_list_members:
            with contextlib.suppress(disnake.Forbidden):
                found = await call(self._http, "GET", MEMBERS, channel_id=thread_id)
                inside = {member["user_id"] for member in found}
                return [each for each in user_ids if each not in inside]
        absent = [each for each in user_ids if not await self._has(thread_id, each)]
        self._may_list_members &= not user_ids  # the bot sees the thread, and may not list
        return absent

    async def _has(self, thread_id: str, user_id: str) -> bool:
        try:
            await call(self._http, "GET", MEMBER, channel_id=thread_id, user_id=user_id)
        except disnake.NotFound:
            return False
        return True

    async def rename(self, thread_id: str, name: str) -> None:
        """Give a thread another name; raises `disnake.HTTPException` if Discord refuses."""
        await self.in_open(thread_id, lambda: self._change(thread_id, {"name": name}))

    async def close(self, thread_id: str) -> disnake.HTTPException | None:
        """Archive and lock a thread, or only archive it where the bot may not lock.

        Returns what Discord had against it; a deleted thread is closed.
        """
        refusal: disnake.HTTPException | None = None
        for wanted in (CLOSED, ARCHIVED):
            try:
                await self._close(thread_id, wanted)
            except disnake.HTTPException as error:
                if error.status not in NEVER:
                    raise
                if error.code == UNKNOWN_CHANNEL:
                    return None
                log.warning("thread.not_closed", wanted=sorted(wanted), code=error.code)
                refusal = refusal or error
            else:
                break
        return refusal

    async def _close(self, thread_id: str, wanted: dict[str, bool]) -> None:
        try:
            await self._change(thread_id, wanted)
        except disnake.HTTPException as error:
            if error.code != THREAD_ARCHIVED:
                raise
            thread = await call(self._http, "GET", CHANNEL, channel_id=thread_id)
            if all(thread["thread_metadata"][key] for key in wanted):
                return
            await self._change(thread_id, {"archived": False})
            await self._change(thread_id, wanted)

    async def _member(
        self, method: str, thread_id: str, user_id: str, *, yields: bool
    ) -> disnake.HTTPException | None:
        where = {"channel_id": thread_id, "user_id": user_id}
        try:
            await self.in_open(
                thread_id, lambda: call(self._http, method, MEMBER, **where), yields=yields
            )
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.info("thread.member_refused", method=method, code=error.code)
            return error
        return None

    async def _change(self, thread_id: str, change: dict[str, Any]) -> None:
        await call(self._http, "PATCH", CHANNEL, channel_id=thread_id, json=change)


def was_closed(thread: dict[str, Any]) -> bool:
    """Return whether a moderator closed or locked a thread; silence only archives it."""
    settings = thread["thread_metadata"]
    return settings["locked"] or (settings["archived"] and not was_silent(thread))


def was_silent(thread: dict[str, Any]) -> bool:
    """Return whether an archived thread was silent for so long that Discord did it by itself."""
    settings = thread["thread_metadata"]
    last = disnake.utils.snowflake_time(int(thread["last_message_id"] or thread["id"]))
    silent_for = datetime.fromisoformat(settings["archive_timestamp"]) - last
    return silent_for >= timedelta(minutes=settings["auto_archive_duration"]) - SLACK
