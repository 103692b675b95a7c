"""The announcement of an invitation: found missing, and posted again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias
from uuid import uuid5

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.messages import Messages
from services.gateway.drawing.announcement import FINAL, Payload, announcement
from services.gateway.drawing.sign_up import shown_sign_up
from services.gateway.features.images.attached import Pictures
from services.gateway.features.reconcile.owed import CHANNEL_GONE, REFUSED, owed
from services.gateway.i18n.locale import Locale
from services.gateway.metrics import REPAIRS
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.failpoints import failpoint
from shared.messages.envelope import NOBODY, Actor, Envelope
from shared.messages.invitations.details import Details
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.invitations.repairs import MoveAnnouncement, OwedRepair
from shared.messages.views import InvitationView

# How far back a first attempt can lie that ended between the post and the command.
LOOK_BACK = timedelta(hours=1)

Refresh: TypeAlias = Callable[[str], Awaitable[InvitationView | None]]
"""Shows an invitation as it is now; gives None if Discord did not let it be shown."""

log = structlog.get_logger()


class AnnouncementRepair:
    """Compares an announcement with its invitation."""

    def __init__(
        self,
        broker: Broker,
        messages: Messages,
        guilds: GuildSettingsCopy,
        refresh: Refresh,
        pictures: Pictures,
    ) -> None:
        self._broker = broker
        self._messages = messages
        self._guilds = guilds
        self._refresh = refresh
        self._pictures = pictures
        self._stale: set[str] = set()

    def expect(self, invitation_id: str) -> None:
        """Let the next repair edit the announcement, whatever its buttons say."""
        self._stale.add(invitation_id)

    async def repair(self, view: InvitationView, guild: disnake.Guild) -> list[OwedRepair]:
        """Post an announcement again if it is gone, and show the invitation as it is.

        Return what is still owed. Raises `disnake.HTTPException` for what Discord refuses.
        """
        message = await self._messages.look(view.channel_id, view.shown_id)
        if message is None:
            self._stale.discard(view.id)
            return [] if view.status in FINAL else await self._post_again(view, guild)
        await self._messages.check(view)
        is_stale = view.id in self._stale or any(each.kind == "announcement" for each in view.owed)
        locale = Locale.of(await self._guilds.of(view.guild_id))
        sign_up = shown_sign_up(view, DISCORD_TIME.now(), locale)
        look = announcement(view, locale.language, sign_up=sign_up)
        if is_stale or _shown(message) != _shown(look):
            if await self._refresh(view.id) is None:
                return [OwedRepair(kind="announcement", code=REFUSED)]
            self._stale.discard(view.id)
            REPAIRS.labels(kind="announcement_edit").inc()
            log.info("announcement.repaired", invitation_id=view.id)
        return []

    async def _post_again(self, view: InvitationView, guild: disnake.Guild) -> list[OwedRepair]:
        """Post the announcement as that of a draft, which the invitation then takes over.

        So nobody can press its buttons before, and a second one is found and deleted as a draft's.
        """
        settings = await self._guilds.of(view.guild_id)
        channel_id = view.channel_id
        if guild.get_channel(int(channel_id)) is None:
            settings = await self._guilds.newest(view.guild_id)  # staff may have chosen just now
            channel_id = settings.announcement_channel_id or channel_id
        if guild.get_channel(int(channel_id)) is None or view.request_id is None:
            return [OwedRepair(kind="announcement", code=CHANNEL_GONE)]
        mark = uuid5(view.request_id, f"again {view.shown_id}")
        drafted = InvitationDrafted(
            request_id=mark,
            guild_id=view.guild_id,
            channel_id=channel_id,
            host_id=view.host_id,
            host_name=view.host_name,
            details=Details(**view.model_dump(include=set(Details.model_fields))),
            image=view.image,
        )
        since = DISCORD_TIME.now() - LOOK_BACK
        language = Locale.of(settings).language
        try:
            async with self._pictures.of_draft(drafted) as (shown, attached):
                message_id = await self._messages.post(shown, language, since, attached)
            failpoint("gateway.posted_again")
            thread_id = await self._thread(view, drafted, message_id)
        except disnake.HTTPException as error:
            return [owed("announcement", error, view, guild, channel_id)]
        move = MoveAnnouncement(
            actor=Actor(user_id=NOBODY, name="gateway", guild_id=view.guild_id),
            invitation_id=view.id,
            request_id=mark,
            before_id=view.shown_id,
            announcement_id=message_id,
            thread_id=thread_id,
            channel_id=channel_id,
        )
        # The same message is reported once, however often this is repeated.
        envelope = Envelope.first(move, id=uuid5(mark, f"move {message_id}"))
        await self._broker.publish(COMMANDS, envelope.name, envelope)
        REPAIRS.labels(kind="announcement").inc()
        log.info("announcement.posted_again", invitation_id=view.id, message_id=message_id)
        return []

    async def _thread(
        self, view: InvitationView, drafted: InvitationDrafted, message_id: str
    ) -> str:
        """Return the thread that stood, if it is in the same channel, or open a new one."""
        is_same = drafted.channel_id == view.channel_id
        if is_same and await self._messages.stands(view.thread_id):
            return view.thread_id
        return await self._messages.open_thread(drafted, message_id)


def _shown(message: Payload) -> tuple[list[str], list[tuple[str, bool]]]:
    """Return the state that a message shows in words, its buttons, and which are disabled."""
    states = [embed.get("author", {}).get("name", "") for embed in message.get("embeds", [])]
    return states, [
        (part.get("custom_id", ""), part.get("disabled", False))
        for row in message.get("components", [])
        for part in row.get("components", [])
    ]
