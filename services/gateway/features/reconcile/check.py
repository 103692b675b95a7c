"""Compares one invitation with what Discord shows of it, and repairs it part by part."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeAlias

import disnake

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.handlers import handles
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.features.reconcile.announcements import AnnouncementRepair
from services.gateway.features.reconcile.owed import owed
from services.gateway.features.reconcile.panels import PanelRepair
from services.gateway.features.reconcile.people import PeopleRepair
from services.gateway.features.reconcile.retries import Retries
from services.gateway.features.reconcile.threads import ThreadRepair
from services.gateway.features.scheduled_events.events import ScheduledEvents
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import NOBODY, Actor, Command, Envelope
from shared.messages.gateway.events import InvitationDoubted
from shared.messages.invitations.repairs import OwedRepair, RepairKind, ReportOwedRepairs
from shared.messages.views import InvitationView
from shared.single_flight import SingleFlight

AT_ONCE = 4


Repair: TypeAlias = Callable[[InvitationView, disnake.Guild], Awaitable[list[OwedRepair]]]
"""Repairs a part; gives what is owed. Raises `disnake.HTTPException` for what Discord refuses."""


class Repairs(NamedTuple):
    """What repairs each part of an invitation."""

    announcements: AnnouncementRepair
    threads: ThreadRepair
    panels: PanelRepair
    scheduled_events: ScheduledEvents
    people: PeopleRepair


class Reconciler:
    """Repairs invitations; it runs in the process that consumes `gateway.events`."""

    def __init__(
        self,
        guilds: DiscordGuilds,
        broker: Broker,
        api: InvitationsApi,
        repairs: Repairs,
    ) -> None:
        self._guilds = guilds
        self._broker = broker
        self._api = api
        self._repairs = repairs
        self._retries = Retries(broker)
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._checks: SingleFlight[str, None] = SingleFlight(self._check)

    @handles(InvitationDoubted)
    async def look(self, _envelope: Envelope, doubted: InvitationDoubted) -> None:
        """Look at an invitation; who asks during a look shares the next one."""
        if doubted.is_stale:
            self._repairs.announcements.expect(doubted.invitation_id)
        await self._checks.run(doubted.invitation_id)

    async def run(self) -> None:
        """Try again what Discord refused, ever more rarely."""
        await self._retries.run()

    async def _check(self, invitation_id: str) -> None:
        async with self._limit:
            view = await self._api.newest(invitation_id)
            guild = await self._guilds.find(view.guild_id) if view else None
            if view is None or guild is None:
                return  # the bot is not there, and looks again when it is
            now_owed = await self._repair(view, guild)
            if _sorted(now_owed) != _sorted(view.owed):
                await self._report(view, now_owed)
            self._retries.plan(view, is_owed=any(each.kind != "host" for each in now_owed))

    async def _repair(self, view: InvitationView, guild: disnake.Guild) -> list[OwedRepair]:
        found = list[OwedRepair]()
        for kind, channel_id, repair in self._parts(view):
            try:
                found += await repair(view, guild)
            except disnake.HTTPException as error:
                found.append(owed(kind, error, view, guild, channel_id))
        return found

    def _parts(self, view: InvitationView) -> Sequence[tuple[RepairKind, str, Repair]]:
        """Return what is looked at, in this order, and the channel whose permissions it needs."""
        parts, staff_channel_id = self._repairs, view.staff_channel_id or view.channel_id
        return [
            ("announcement", view.channel_id, parts.announcements.repair),
            ("thread", view.channel_id, parts.threads.repair),
            ("panel", staff_channel_id, parts.panels.repair),
            ("scheduled_event", view.channel_id, self._mirror),
            ("host", view.channel_id, parts.people.repair),
        ]

    async def _mirror(self, view: InvitationView, _guild: disnake.Guild) -> list[OwedRepair]:
        await self._repairs.scheduled_events.repair(view)
        return []

    async def _report(self, view: InvitationView, now_owed: list[OwedRepair]) -> None:
        actor = Actor(user_id=NOBODY, name="gateway", guild_id=view.guild_id)
        await self._publish(ReportOwedRepairs(actor=actor, invitation_id=view.id, owed=now_owed))

    async def _publish(self, command: Command) -> None:
        envelope = Envelope.first(command)
        await self._broker.publish(COMMANDS, envelope.name, envelope)


def _sorted(repairs: Sequence[OwedRepair]) -> list[OwedRepair]:
    return sorted(repairs, key=lambda each: each.kind)
