"""`python -m services.gateway.sync_commands`: tell Discord our slash commands, once.

The running gateway never does this: its replicas would overwrite each other's commands, and
disnake's own synchronisation can delete what another tool has registered in a guild.
"""

import structlog

from services.gateway.bot import Bot, starting
from services.gateway.commands.calendar import Calendars
from services.gateway.commands.invite import Invitations
from services.gateway.commands.mydata import MyData
from services.gateway.commands.setup import Setup
from services.gateway.commands.staff import Staff
from services.gateway.commands.ticket import Tickets
from services.gateway.settings import DiscordSettings
from shared.log import configure
from shared.service import start
from shared.settings import load

COMMANDS = (
    Invitations.invite,
    Calendars.calendar,
    MyData.mydata,
    Setup.setup,
    Staff.staff,
    Tickets.ticket,
)

log = structlog.get_logger()


async def main() -> None:
    """Overwrite this application's global commands; those of guilds stay as they are."""
    settings = load(DiscordSettings)
    configure("gateway.sync_commands", "INFO")
    bot = Bot(settings.discord_api_url)
    commands = [each.body.to_dict() for each in COMMANDS]
    try:
        with starting():
            await bot.http.static_login(settings.discord_token)
            application = await bot.application_info()
            await bot.http.bulk_upsert_global_commands(application.id, commands)
    finally:
        await bot.close()
    log.info("commands.synchronised", names=[command["name"] for command in commands])


if __name__ == "__main__":
    start(main)
