"""The list of open events that staff pin in a channel, and that is kept as it is now."""

import asyncio
from contextlib import suppress

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiUnavailable, GuildReads, InvitationsApi
from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.delivery.handlers import handles
from services.gateway.discord.causes import Causes
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.interactions import press_id
from services.gateway.discord.messages import Messages
from services.gateway.discord.rest import DISCORD_AWAY, MESSAGE, NEVER, call
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import OpenList
from services.gateway.drawing.causes import why
from services.gateway.features.lists import views
from services.gateway.features.lists.cog import show_page
from services.gateway.features.lists.finding import Slash
from services.gateway.features.lists.pages import SHOWN, ListPage
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import translate
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import NOBODY, Actor, Envelope
from shared.messages.gateway.events import ListDoubted
from shared.messages.invitations.events import InvitationEvent
from shared.messages.invitations.guilds import GuildSettingsChanged, GuildView, PinList, UnpinList
from shared.refusal import Refused

EVERY_SECONDS = 5.0
OPEN = {"status": "open", "limit": str(SHOWN)}

components = Components()
log = structlog.get_logger()


@components.button(OpenList)
async def open_list(press: Press[Click], _button: OpenList) -> None:
    """Show the list to the member alone, with the buttons to turn its pages."""
    await show_page(press, ListPage(None, "open", None))


async def pin_list(press: Press[Slash]) -> None:
    """Post the list in the channel of the press, and keep it; an earlier one is deleted."""
    if not (await press.checked_actor()).is_staff:
        raise Refused("not_staff")
    press.check_rate()
    before = await press.api.newest_settings()
    channel_id = str(press.interaction.channel_id)
    shown, http = await _list(press.api, before), press.interaction.bot.http
    messages = Messages(http)
    try:
        # Each replica does this. By the nonce there is one message, and one command by its id.
        message_id = await messages.write(channel_id, press_id(press.interaction), shown)
    except disnake.HTTPException as error:
        if error.status not in NEVER:
            raise
        causes = Causes(DiscordGuilds(press.interaction.bot))
        facts = await causes.of(error, press.guild_id, channel_id, "staff")
        reason = why(facts, press.language)
        await press.say(translate(press.language, "pinned-refused", why=reason))
        return
    fields = await press.checked_fields()
    command = PinList(
        **fields, guild_id=press.guild_id, channel_id=channel_id, message_id=message_id
    )
    await press.dispatch(command)
    if before.list_channel_id and before.list_message_id not in (None, message_id):
        where = {"channel_id": before.list_channel_id, "message_id": before.list_message_id}
        await messages.ownership.check_list(**where)
        with suppress(disnake.NotFound, disnake.Forbidden):
            await call(http, "DELETE", MESSAGE, **where)


async def _list(api: GuildReads, settings: GuildView) -> Payload:
    found = await api.invitations(OPEN)
    return views.pinned(found, Locale.of(settings).language, DISCORD_TIME.now())


class PinnedLists:
    """Keeps the pinned lists as they are now: the first change at once, later ones together.

    It runs in the process that consumes `gateway.events`. A crash may lose the last change; the
    list is right again with the next one, and after READY.
    """

    def __init__(
        self, broker: Broker, messages: Messages, api: InvitationsApi, guilds: GuildSettingsCopy
    ) -> None:
        self._broker = broker
        self._messages = messages
        self._api = api
        self._guilds = guilds
        self._changed: set[str] = set()
        self._resting: dict[str, asyncio.Task[None] | None] = {}

    @handles(InvitationEvent)
    async def note(self, _envelope: Envelope, event: InvitationEvent) -> None:
        """Show the change in the list of its guild, if it has one."""
        await self._show_soon(event.invitation.guild_id)

    @handles(GuildSettingsChanged)
    async def settings_changed(self, _envelope: Envelope, event: GuildSettingsChanged) -> None:
        """Show the list that was pinned, or the one in another language."""
        if event.guild.list_message_id:
            await self._guilds.newest(event.guild.guild_id)
            await self._show_soon(event.guild.guild_id)

    @handles(ListDoubted)
    async def look(self, _envelope: Envelope, doubted: ListDoubted) -> None:
        """Show the list as it is now; forget one that was deleted."""
        if (await self._api.guild_settings(doubted.guild_id)).list_message_id:
            await self._show_soon(doubted.guild_id)

    async def _show_soon(self, guild_id: str) -> None:
        if (await self._guilds.of(guild_id)).list_message_id is None:
            return
        self._changed.add(guild_id)
        if guild_id in self._resting:
            return
        self._resting[guild_id] = None  # before the first await: another change may come meanwhile
        try:
            await self._show(guild_id)
        except BaseException:
            del self._resting[guild_id]
            raise
        self._resting[guild_id] = asyncio.create_task(self._rest(guild_id))

    async def _rest(self, guild_id: str) -> None:
        try:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                if guild_id not in self._changed:
                    break
                await self._show(guild_id)
        except (ApiUnavailable, disnake.HTTPException, *DISCORD_AWAY) as error:
            log.warning("list.delayed", guild_id=guild_id, reason=type(error).__name__)
        finally:
            del self._resting[guild_id]

    async def _show(self, guild_id: str) -> None:
        self._changed.discard(guild_id)
        settings = await self._guilds.newest(guild_id)
        channel_id, message_id = settings.list_channel_id, settings.list_message_id
        if channel_id is None or message_id is None:
            return
        await self._messages.ownership.check_list(channel_id, message_id)
        shown = await _list(GuildReads(self._api, guild_id), settings)
        try:
            is_there = await self._messages.edit(channel_id, message_id, shown)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.warning("list.refused", guild_id=guild_id, code=error.code)
            return
        if is_there:
            log.info("list.shown", guild_id=guild_id)
            return
        actor = Actor(user_id=NOBODY, name="gateway", guild_id=guild_id)
        unpin = UnpinList(actor=actor, guild_id=guild_id, message_id=message_id)
        envelope = Envelope.first(unpin)
        await self._broker.publish(COMMANDS, envelope.name, envelope)
        log.info("list.unpinned", guild_id=guild_id)
