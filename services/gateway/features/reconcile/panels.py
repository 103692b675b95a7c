"""The panel for staff of an invitation: found missing, and posted again."""

from uuid import uuid5

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.messages import Messages
from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.features.reconcile.owed import CHANNEL_GONE, owed
from services.gateway.features.staff.panels import Panel
from services.gateway.features.staff.views import panel
from services.gateway.i18n.locale import Locale
from services.gateway.metrics import REPAIRS
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import NOBODY, Actor, Envelope
from shared.messages.invitations.repairs import MovePanel, OwedRepair
from shared.messages.views import InvitationView

log = structlog.get_logger()


class PanelRepair:
    """Looks whether the panel of an open invitation stands in the staff channel."""

    def __init__(self, broker: Broker, messages: Messages, guilds: GuildSettingsCopy) -> None:
        self._broker = broker
        self._messages = messages
        self._guilds = guilds

    async def repair(self, view: InvitationView, guild: disnake.Guild) -> list[OwedRepair]:
        """Post a panel again that is gone, or that could not be posted; return what is owed.

        Raises `disnake.HTTPException` for what Discord refuses.
        """
        settings = await self._guilds.of(view.guild_id)
        chosen = settings.staff_channel_id
        channel_id = view.staff_channel_id or chosen
        if channel_id is None or view.request_id is None:
            return []
        look = panel(view, Locale.of(settings).language)
        if view.staff_message_id:
            there = await self._messages.look(channel_id, view.staff_message_id)
            if there is not None:
                await self._mend(view, Panel(channel_id, view.staff_message_id), there, look)
                return []
        if chosen is None or view.status in FINAL:
            return []  # staff want no panels any more, or not of this one
        # Staff may have chosen another channel since: then the panel goes there.
        if guild.get_channel(int(chosen)) is None:
            return [OwedRepair(kind="panel", code=CHANNEL_GONE)]
        mark = uuid5(view.request_id, f"panel again {view.staff_message_id}")
        try:
            panel_id = await self._messages.write_once(chosen, mark, look, after=view.id)
        except disnake.HTTPException as error:
            return [owed("panel", error, view, guild, chosen)]
        move = MovePanel(
            actor=Actor(user_id=NOBODY, name="gateway", guild_id=view.guild_id),
            invitation_id=view.id,
            before_id=view.staff_message_id,
            staff_channel_id=chosen,
            staff_message_id=panel_id,
        )
        envelope = Envelope.first(move, id=uuid5(mark, f"move {panel_id}"))
        await self._broker.publish(COMMANDS, envelope.name, envelope)
        REPAIRS.labels(kind="panel").inc()
        log.info("panel.posted_again", invitation_id=view.id)
        return []

    async def _mend(
        self, view: InvitationView, posted: Panel, there: Payload, look: Payload
    ) -> None:
        """Edit a panel that says what was so before: an edit was refused."""
        if _said(there) == _said(look):
            return
        await self._messages.ownership.check_panel(*posted, view.id)
        await self._messages.edit(*posted, look)
        REPAIRS.labels(kind="panel_edit").inc()
        log.info("panel.repaired", invitation_id=view.id)


def _said(message: Payload) -> object:
    """Return what staff read and press; Discord adds more of its own to a message."""
    embed: Payload = next(iter(message["embeds"]), {})
    fields = [(each["name"], each["value"]) for each in embed.get("fields", [])]
    buttons = [
        (part.get("custom_id"), part.get("disabled", False))
        for row in message["components"]
        for part in row["components"]
    ]
    return (
        embed.get("title"),
        embed.get("url"),
        embed.get("author", {}).get("name"),
        fields,
        buttons,
    )
