"""`python -m services.gateway`: the gateway, put together."""

from services.gateway.announcements import Announcements
from services.gateway.bot import Bot, starting
from services.gateway.cogs.invitations import Invitations
from services.gateway.desk import Desk
from services.gateway.discord_rest import DISCORD_AWAY
from services.gateway.projections import Projections
from services.gateway.reads import Reads, ReadsAway
from services.gateway.replies import Replies
from services.gateway.sender import Sender
from services.gateway.settings import Settings
from shared.sealing import Sealer
from shared.service import Service, start
from shared.settings import load


async def main() -> None:
    """Hear members and show them what happens, until asked to stop."""
    settings = load(Settings)
    sealer = Sealer.of(settings.sealing_keys)
    async with Service("gateway", settings) as service:
        broker = await service.broker()
        reads, replies = Reads(settings.invitations_api_url), Replies(sealer)
        service.at_end(reads.close)
        service.at_end(replies.close)
        bot = Bot(settings.discord_api_url)
        service.at_end(bot.close)
        with starting():
            await bot.login(settings.discord_token)
        desk = Desk(Sender(broker), reads, sealer, settings.staff_role_id)
        bot.add_cog(Invitations(desk, settings.announcement_channel_id))
        projections = Projections(broker, Announcements(bot.http), reads)
        service.at_end(desk.drain)
        await service.serve()
        await service.consume(broker, "gateway.replies", replies.handle, away=DISCORD_AWAY)
        away = (*DISCORD_AWAY, ReadsAway)
        await service.consume(broker, "gateway.events", projections.handle, away=away)
        service.run_beside(bot.connect())
        service.check("discord", lambda: bot.is_ready() and not bot.is_closed())
        await service.run()


if __name__ == "__main__":
    start(main)
