"""Dispatches the commands of members: a press is durable first, then acknowledged."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

import disnake
import structlog
from disnake.ui import Button

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiUnavailable, GuildReads, InvitationsApi
from services.gateway.delivery import error_replies
from services.gateway.delivery.callbacks import Callbacks
from services.gateway.delivery.publisher import Publisher
from services.gateway.discord import responses
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.interactions import (
    actor_of,
    may_manage,
    press_id,
    reply_to,
    role_ids,
)
from services.gateway.discord.responses import Callback, Interaction, Placement
from services.gateway.forms.mistakes import Mistaken
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, language_of, translate
from services.gateway.settings import Limiters
from shared.failpoints import failpoint
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations.guilds import GuildView
from shared.metrics import LIMITS_REACHED
from shared.refusal import Refused
from shared.sealing import Sealer

IN_HAND_SECONDS = 3.0
ANSWER_SECONDS = 0.8  # for the service's reply, before the member sees "thinking"
DEFER_WITHIN = timedelta(seconds=2)  # of the three that Discord waits for a callback
LAST_WORD = timedelta(seconds=30)  # before the token ends, to say that a press failed

AnyInteraction = TypeVar("AnyInteraction", bound=Interaction)
I_co = TypeVar("I_co", bound=Interaction, covariant=True)

log = structlog.get_logger()


class CommandDispatcher:
    """Publishes what members press, and keeps track of presses that are not answered yet."""

    def __init__(
        self,
        publisher: Publisher,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
        sealer: Sealer,
        limiters: Limiters,
        callbacks: Callbacks,
    ) -> None:
        self.suggestions = limiters.suggestions
        self.api = api
        self.guilds = guilds
        self.sealer = sealer
        self._presses = limiters.presses
        self._publisher = publisher
        self._callbacks = callbacks
        self._in_hand: set[asyncio.Task[Any]] = set()

    @contextlib.asynccontextmanager
    async def tracked(self, interaction: AnyInteraction) -> AsyncIterator["Press[AnyInteraction]"]:
        """Answer a press: the member reads of a refusal, a mistake in a form or a failed read.

        The log is bound to the press, and the process does not stop before the press is answered.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - an interaction is handled in a task
        self._in_hand.add(task)
        try:
            with structlog.contextvars.bound_contextvars(correlation_id=str(press_id(interaction))):
                try:
                    yield Press(interaction, self)
                except (Refused, Mistaken, ApiUnavailable) as error:
                    await error_replies.answer(interaction, error)
        finally:
            self._in_hand.discard(task)

    async def dispatch(
        self,
        interaction: Interaction,
        command: Command,
        *,
        in_place: bool = False,
        is_public: bool = False,
    ) -> None:
        """Publish a command; show "thinking" unless the service's reply is here in a moment.

        The press is durable first, so a crash of this process loses no acknowledged press. With
        `in_place` the answer replaces the private message that was pressed; with `is_public`
        everybody in the channel sees it. Raises Refused if a member presses too fast, so a flood
        fills neither the broker nor the disk.
        """
        heard_at = asyncio.get_running_loop().time()
        if command.concerns():  # an erasure concerns no member, and is never refused
            self.check_rate(command.actor.user_id)
        assert command.reply_to is not None  # noqa: S101 - `command_fields` gave it
        placement = Placement.PUBLIC if is_public else Placement.PRIVATE
        if in_place and responses.is_on_private_message(interaction):
            placement = Placement.IN_PLACE
        bound = reply_to(interaction, self.sealer, command.wire_name(), placement)
        to = command.reply_to.model_copy(update={"token": bound.token})
        command = command.model_copy(update={"reply_to": to})
        envelope = Envelope.first(command, id=press_id(interaction))
        pending = self._publisher.publish(envelope, to.expires_at - LAST_WORD)
        await self._publisher.wait_until_durable(pending)
        failpoint("gateway.press_durable")
        patience = _patience(interaction, heard_at)
        if await self._callbacks.wait_until_taken(to.interaction_id, patience):
            return
        callback = await responses.defer(interaction, placement)
        if callback is not Callback.LOST:
            self._callbacks.take(to.interaction_id)
        failpoint("gateway.deferred")
        if not await asyncio.shield(pending.arrived):
            is_beside = placement is Placement.IN_PLACE and callback is Callback.TAKEN
            await _tell_lost(interaction, is_beside=is_beside)

    def check_rate(self, user_id: str) -> None:
        """Refuse a press of a flood; services refuse it at half the rate, by a count they share."""
        if seconds := self._presses.take(user_id):
            LIMITS_REACHED.labels(limit="presses").inc()
            again_at = int(DISCORD_TIME.now().timestamp() + seconds) + 1
            most = self._presses.at_once // 2
            raise Refused("limit_presses", most=most, again_at=again_at)

    async def drain(self) -> None:
        """Wait a while for presses on their way to the broker, then for their callbacks."""
        await self._publisher.drain()
        if self._in_hand:
            await asyncio.wait(set(self._in_hand), timeout=IN_HAND_SECONDS)


@dataclass(frozen=True, slots=True)
class Press(Generic[I_co]):
    """A member's slash command, button or form, and the ways to answer it."""

    interaction: I_co
    dispatcher: CommandDispatcher

    @property
    def language(self) -> Language:
        """The member's language."""
        return language_of(str(self.interaction.locale))

    @property
    def actor(self) -> Actor:
        """The member; staff by the settings that are known, for a press that waits for none."""
        known = self.dispatcher.guilds.known(self.guild_id)
        return actor_of(self.interaction, known.staff_role_ids if known else ())

    async def checked_actor(self) -> Actor:
        """Return the member; staff by the guild's settings as they are. Raises ApiUnavailable."""
        if may_manage(self.interaction) or not role_ids(self.interaction):
            return self.actor  # whatever the settings are
        return actor_of(self.interaction, (await self.settings()).staff_role_ids)

    async def settings(self) -> GuildView:
        """Return the settings of the guild; raises ApiUnavailable."""
        return await self.dispatcher.guilds.of(self.guild_id)

    @property
    def user_id(self) -> str:
        """The member's id."""
        return str(self.interaction.author.id)

    @property
    def guild_id(self) -> str:
        """The id of the guild; raises Refused in a direct message."""
        if self.interaction.guild_id is None:
            raise Refused("not_found")
        return str(self.interaction.guild_id)

    @property
    def api(self) -> GuildReads:
        """What is read of the guild's invitations; raises Refused in a direct message."""
        return GuildReads(self.dispatcher.api, self.guild_id)

    @property
    def command_fields(self) -> dict[str, Any]:
        """The fields that every command has: who presses, and where the answer goes.

        For a command that is the same for staff and members, except that limits spare staff.
        """
        return self._fields(self.actor)

    async def checked_fields(self) -> dict[str, Any]:
        """Return the same fields for a command that staff may do more with.

        Raises ApiUnavailable.
        """
        return self._fields(await self.checked_actor())

    def _fields(self, actor: Actor) -> dict[str, Any]:
        # `dispatch` seals the token again, with the name of the command.
        return {"actor": actor, "reply_to": reply_to(self.interaction, self.dispatcher.sealer)}

    def check_rate(self) -> None:
        """Count a press that is about to read; raises Refused in a flood."""
        self.dispatcher.check_rate(self.user_id)

    async def guild_locale(self) -> Locale:
        """Return the guild's language and zone: what everybody reads, and hosts type times in.

        Raises ApiUnavailable.
        """
        return Locale.of(await self.settings())

    async def dispatch(
        self, command: Command, *, in_place: bool = False, is_public: bool = False
    ) -> None:
        """Publish a command; see CommandDispatcher.dispatch."""
        await self.dispatcher.dispatch(
            self.interaction, command, in_place=in_place, is_public=is_public
        )

    async def say(
        self,
        text: str = "",
        *,
        embeds: Sequence[disnake.Embed] = (),
        buttons: Sequence[Button[None]] = (),
    ) -> bool:
        """Answer the member alone; returns whether this replica's answer was taken."""
        return await responses.say_privately(self.interaction, text, embeds, buttons)

    async def open_form(self, modal: dict[str, Any]) -> None:
        """Show a form, given by the arguments of disnake's `send_modal`."""
        await responses.once(lambda: self.interaction.response.send_modal(**modal))


def _patience(interaction: Interaction, heard_at: float) -> float:
    """Return for how many seconds a press can wait for its reply before "thinking" is shown."""
    own = heard_at + ANSWER_SECONDS - asyncio.get_running_loop().time()
    discords = interaction.created_at + DEFER_WITHIN - DISCORD_TIME.now()
    return max(0.0, min(own, discords.total_seconds()))


async def _tell_lost(interaction: Interaction, *, is_beside: bool) -> None:
    text = translate(language_of(str(interaction.locale)), "refused-broker_away")
    if is_beside:  # the message shows no "thinking" that the text could replace
        await interaction.followup.send(text, ephemeral=True)
        return
    # The other replica may have reached the broker: tell only a member who still waits.
    answer = await interaction.original_response()
    if answer.flags.loading:
        await interaction.edit_original_response(text)
