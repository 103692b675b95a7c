"""`python -m benchmarks.bench.direct_bot`: a bot that writes by itself, all in one process.

It runs our handler and answers with one call: no message, inbox or outbox, and it changes neither
announcement nor thread. It promises what PostgreSQL promises, and nothing else.
"""

import os
from typing import Any

import uvloop
from disnake import MessageInteraction

from playground import demo
from services.gateway.bot import Bot
from services.gateway.discord.interactions import actor_of
from services.invitations.handlers.participation import join_invitation, leave_invitation
from shared import member_hashes
from shared.database import Pool, open_pool
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from shared.settings import DatabaseSettings, load

PRESSES = {
    "join": (JoinInvitation, join_invitation),
    "leave": (LeaveInvitation, leave_invitation),
}


class DirectBot(Bot):
    """Answers join and leave."""

    pool: Pool

    async def on_button_click(self, interaction: MessageInteraction[Any]) -> None:
        """Run the handler of the button, and answer."""
        action, _, invitation_id = (interaction.component.custom_id or "").partition(":")
        kind, handler = PRESSES[action]
        actor = actor_of(interaction, [demo.STAFF_ROLE_ID])
        async with self.pool.acquire() as connection, connection.transaction():
            await handler(kind(actor=actor, invitation_id=invitation_id), connection)
        await interaction.response.send_message(action, ephemeral=True)


async def main() -> None:
    """Answer presses until ended."""
    member_hashes.use([os.urandom(32)])
    bot = DirectBot(os.environ["DISCORD_API_URL"])
    bot.pool = await open_pool(load(DatabaseSettings))
    await bot.login(os.environ["DISCORD_TOKEN"])
    await bot.connect()


if __name__ == "__main__":
    uvloop.run(main())
