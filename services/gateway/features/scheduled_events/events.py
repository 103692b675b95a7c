"""Mirrors invitations as Discord's scheduled events: no failure of theirs costs anything else."""

from datetime import datetime
from typing import Any

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.handlers import handles
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.rest import NEVER, call
from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.features.scheduled_events.views import ends_of_links, scheduled_event
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import (
    InvitationCancelled,
    InvitationCompleted,
    InvitationEdited,
    InvitationEvent,
    InvitationPublished,
)
from shared.messages.invitations.repairs import AnnouncementMoved
from shared.messages.views import InvitationView
from shared.single_flight import SingleFlight

EVENTS = "/guilds/{guild_id}/scheduled-events"
EVENT = f"{EVENTS}/{{event_id}}"
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
TIMES = {"scheduled_start_time", "scheduled_end_time"}

log = structlog.get_logger()


class ScheduledEvents:
    """What the bot writes into the calendars of guilds that want it."""

    def __init__(
        self, http: HTTPClient, api: InvitationsApi, guilds: GuildSettingsCopy, own_id: str
    ) -> None:
        self._http = http
        self._api = api
        self._own_id = own_id
        self._guilds = guilds
        # Discord knows no nonce here: two runs at once would create two events.
        self._mirrors: SingleFlight[str, disnake.HTTPException | None] = SingleFlight(self._mirror)

    # A seat that is taken or left changes nothing in the guild's calendar.
    @handles(
        InvitationPublished,
        InvitationEdited,
        AnnouncementMoved,
        InvitationCancelled,
        InvitationCompleted,
    )
    async def follow(self, _envelope: Envelope, event: InvitationEvent) -> None:
        """Show the invitation as it is now."""
        settings = await self._guilds.of(event.invitation.guild_id)
        if settings.mirrors_scheduled_events:
            await self._mirrors.run(event.invitation.id)

    async def repair(self, view: InvitationView) -> None:
        """Show an invitation as it is now; raises `disnake.HTTPException` if Discord refuses."""
        settings = await self._guilds.of(view.guild_id)
        if settings.mirrors_scheduled_events and (error := await self._mirrors.run(view.id)):
            raise error

    async def _mirror(self, invitation_id: str) -> disnake.HTTPException | None:
        """Show an invitation, or return what Discord refuses and the reconciler repairs."""
        view = await self._api.invitation(invitation_id)
        if view is None:
            return None
        try:
            found = await self._find(view)
            if view.status in FINAL:
                await self._end(view, found)
            elif found is None:
                await self._create(view)
            else:
                await self._change(view, found)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.error(
                "scheduled_event.refused",
                invitation_id=invitation_id,
                status=error.status,
                code=error.code,
            )
            return error
        return None

    async def _find(self, view: InvitationView) -> Payload | None:
        """Find our event by the link at its end, and delete a second one; others' are theirs.

        The link may still be that to the first announcement.
        """
        links = ends_of_links(view)
        events = await call(self._http, "GET", EVENTS, guild_id=view.guild_id)
        ours = [
            event
            for event in events
            if str(event.get("creator_id")) == self._own_id
            and (event.get("description") or "").endswith(links)
        ]
        for surplus in ours[1:]:
            await self._delete(view, surplus)
        return ours[0] if ours else None

    async def _create(self, view: InvitationView) -> None:
        if view.start_time <= DISCORD_TIME.now():
            return  # Discord schedules nothing that has begun
        event = scheduled_event(view)
        await call(self._http, "POST", EVENTS, guild_id=view.guild_id, json=event)
        log.info("scheduled_event.created", invitation_id=view.id)
        # disnake repeats a request whose answer was lost: then there are two.
        await self._find(view)

    async def _change(self, view: InvitationView, found: Payload) -> None:
        wanted = scheduled_event(view)
        if view.start_time <= DISCORD_TIME.now():
            del wanted["scheduled_start_time"]
        changed = {
            name: value for name, value in wanted.items() if not _is_same(name, value, found)
        }
        if changed:
            await self._patch(view, found, changed)

    async def _end(self, view: InvitationView, found: Payload | None) -> None:
        """End what is listed still; what ends before it began, without being off, is deleted."""
        if found is None:
            return
        if found["status"] == ACTIVE:
            await self._patch(view, found, {"status": COMPLETED})
        elif view.status == "cancelled":
            await self._patch(view, found, {"status": CANCELED})
        else:
            await self._delete(view, found)

    async def _delete(self, view: InvitationView, found: Payload) -> None:
        ids = {"guild_id": view.guild_id, "event_id": found["id"]}
        await call(self._http, "DELETE", EVENT, **ids)

    async def _patch(self, view: InvitationView, found: Payload, changed: Payload) -> None:
        ids = {"guild_id": view.guild_id, "event_id": found["id"]}
        await call(self._http, "PATCH", EVENT, **ids, json=changed)
        log.info("scheduled_event.changed", invitation_id=view.id, changed=list(changed))


def _is_same(name: str, wanted: Any, found: Payload) -> bool:  # noqa: ANN401 - a field of JSON
    there = found.get(name)
    if name in TIMES and there:
        return datetime.fromisoformat(there) == datetime.fromisoformat(wanted)
    return bool(there == wanted)
