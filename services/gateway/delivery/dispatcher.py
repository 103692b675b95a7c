"""Where every press arrives: durable first, acknowledged second."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import disnake
import structlog

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.publisher import Publisher
from services.gateway.discord import responses
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.interactions import (
    CommandInteraction,
    actor_of,
    named_actor,
    press_id,
    reply_to,
)
from services.gateway.discord.responses import Interaction, defer, defer_change
from services.gateway.settings import Limiters
from services.gateway.texts import language_of, refusal, say
from shared.messages.envelope import Actor, Command, Envelope
from shared.metrics import LIMITS_REACHED
from shared.sealing import Sealer

IN_HAND_SECONDS = 3.0
LAST_WORD = timedelta(seconds=30)  # before the token ends, to tell that nothing came of a press

log = structlog.get_logger()


class CommandDispatcher:
    """Takes presses, and hands them on."""

    def __init__(
        self,
        publisher: Publisher,
        api: InvitationsApi,
        sealer: Sealer,
        staff_role_id: str | None,
        limiters: Limiters,
    ) -> None:
        """Take what a press needs, and how often a member may press and ask for suggestions."""
        self.suggestions = limiters.suggestions
        self._presses = limiters.presses
        self._publisher = publisher
        self.api = api
        self.sealer = sealer
        self._staff_role_id = staff_role_id
        self._in_hand: set[asyncio.Task[Any]] = set()

    @contextlib.contextmanager
    def tracked(self, interaction: Interaction) -> Iterator[None]:
        """Bind the log to an interaction, and let the process not end before it is answered."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - an interaction is handled in a task
        self._in_hand.add(task)
        try:
            with structlog.contextvars.bound_contextvars(correlation_id=str(press_id(interaction))):
                yield
        finally:
            self._in_hand.discard(task)

    def actor(self, interaction: Interaction) -> Actor:
        """Say who pressed."""
        return actor_of(interaction, self._staff_role_id)

    def named(self, interaction: CommandInteraction, member: disnake.Member) -> Actor:
        """Say who a member is that a command names."""
        return named_actor(interaction, member, self._staff_role_id)

    def command_fields(self, interaction: Interaction) -> dict[str, Any]:
        """Give the fields that every command has: who asked, and where the answer goes."""
        return {
            "actor": self.actor(interaction),
            "reply_to": reply_to(interaction, self.sealer),
        }

    async def dispatch(
        self, interaction: Interaction, command: Command, *, in_place: bool = False
    ) -> None:
        """Publish a command, then show "thinking"; its answer comes as a reply.

        A flood ends here: it fills neither the broker nor the disk. In this order no press is
        acknowledged that a crash of this process could lose. `in_place` lets the answer replace the
        message whose button was pressed.
        """
        assert command.reply_to is not None  # noqa: S101 - `asked` gave it
        if await self._is_too_fast(interaction, command):
            return
        envelope = Envelope.first(command, id=press_id(interaction))
        pending = self._publisher.publish(envelope, command.reply_to.expires_at - LAST_WORD)
        await self._publisher.wait_until_durable(pending)
        is_taken = await (defer_change if in_place else defer)(interaction)
        if not await asyncio.shield(pending.arrived):
            await _tell_lost(interaction, is_beside=in_place and is_taken)

    async def _is_too_fast(self, interaction: Interaction, command: Command) -> bool:
        """Refuse a press of a flood; services refuse it at half the rate, by a count they share."""
        # What concerns no member is an erasure, which is never refused.
        seconds = self._presses.take(command.actor.user_id) if command.concerns() else 0
        if not seconds:
            return False
        LIMITS_REACHED.labels(limit="presses").inc()
        again_at = int(DISCORD_TIME.now().timestamp() + seconds) + 1
        text = refusal(
            language_of(str(interaction.locale)),
            "limit_presses",
            {"most": self._presses.at_once // 2, "again_at": again_at},
        )
        await responses.say_privately(interaction, text)
        return True

    async def drain(self) -> None:
        """Wait a while for presses on their way to the broker, then for their callbacks."""
        await self._publisher.drain()
        if self._in_hand:
            await asyncio.wait(set(self._in_hand), timeout=IN_HAND_SECONDS)


async def _tell_lost(interaction: Interaction, *, is_beside: bool) -> None:
    text = say(language_of(str(interaction.locale)), "refused.broker_away")
    if is_beside:  # nothing shows that the member still waits
        await interaction.followup.send(text, ephemeral=True)
        return
    # The other replica may have reached the broker: only who still waits is told.
    answer = await interaction.original_response()
    if answer.flags.loading:
        await interaction.edit_original_response(text)
