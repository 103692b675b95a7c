"""`python -m services.gateway`: the gateway, put together."""

from disnake.ext.commands import Cog

from services.gateway.announcements import Announcements
from services.gateway.bot import Bot, starting
from services.gateway.calendar_addresses import Addresses
from services.gateway.cogs.browsing import Browsing
from services.gateway.cogs.calendars import Calendars
from services.gateway.cogs.departures import Departures
from services.gateway.cogs.edits import Edits
from services.gateway.cogs.endings import Endings
from services.gateway.cogs.invitations import Invitations
from services.gateway.cogs.mydata import MyData
from services.gateway.cogs.reminders import Reminders
from services.gateway.cogs.secrets import Secrets
from services.gateway.cogs.staffing import Staffing
from services.gateway.cogs.ticket_activity import TicketActivity
from services.gateway.cogs.ticket_buttons import TicketButtons
from services.gateway.cogs.tickets import Tickets
from services.gateway.desk import Desk
from services.gateway.measures import LISTENING
from services.gateway.own_data import OwnData
from services.gateway.owners import by_owner
from services.gateway.panels import Panels
from services.gateway.projections import Projections
from services.gateway.reads import Reads
from services.gateway.replies import Replies
from services.gateway.rotation import Rotation
from services.gateway.scheduled_events import ScheduledEvents
from services.gateway.sender import Sender
from services.gateway.settings import Settings
from services.gateway.spool import Spool
from services.gateway.ticket_projections import TicketProjections
from services.gateway.ticket_replies import TicketReplies
from services.gateway.ticket_threads import TicketThreads
from services.gateway.transcripts import Transcripts
from shared.broker import Broker
from shared.dispatch import one_by_one
from shared.messages.invitations import commands
from shared.messages.tickets import seals
from shared.origins import by_owners
from shared.proofs import GATEWAY, CommandKeys
from shared.sealing import Sealer
from shared.service import Service, start
from shared.settings import load


def hearing(desk: Desk, sender: Sender, settings: Settings, addresses: Addresses) -> list[Cog]:
    """Give what hears members."""
    return [
        Invitations(desk, settings.announcement_channel_id),
        Browsing(desk),
        Endings(desk),
        Secrets(desk),
        Reminders(desk),
        Edits(desk),
        MyData(desk),
        Calendars(desk, are_offered=addresses.are_offered),
        Staffing(desk),
        Tickets(desk),
        TicketButtons(desk),
        TicketActivity(sender),
    ]


def showing(bot: Bot, broker: Broker, reads: Reads, settings: Settings) -> Projections:
    """Give what shows invitations as they are."""
    announcements = Announcements(bot.http)
    panels = Panels(bot.http, announcements, settings.staff_channel_id)
    scheduled_events = ScheduledEvents(
        bot.http, reads, str(bot.user.id), are_wanted=settings.mirror_scheduled_events
    )
    return Projections(broker, announcements, panels, scheduled_events, reads)


async def main() -> None:
    """Hear members and show them what happens, until asked to stop."""
    settings = load(Settings)
    sealer = Sealer.of(settings.sealing_keys)
    async with Service("gateway", settings) as service:
        broker = await service.broker(CommandKeys.derived(settings.sealing_keys, GATEWAY))
        own = Rotation(sealer, broker, commands.FindOutdatedSeals, commands.ReplaceSeals)
        of_tickets = Rotation(sealer, broker, seals.FindOutdatedSeals, seals.ReplaceSeals)
        addresses = Addresses(settings.calendar_url, sealer)
        own_data = OwnData(sealer, broker)
        reads = Reads(settings.invitations_api_url)
        replies = Replies(sealer, own, addresses, own_data)
        bot = Bot(settings.discord_api_url, hears_members=settings.members_intent)
        for part in (reads, replies, bot):
            service.at_end(part.close)
        with starting():
            await bot.login(settings.discord_token)
        sender = Sender(broker, Spool(settings.spool_folder, sealer))
        desk = Desk(sender, reads, sealer, settings.staff_role_id, settings.limiters)
        for cog in hearing(desk, sender, settings, addresses):
            bot.add_cog(cog)
        bot.add_cog(Departures(sender, bot.http))
        log_channel_id, staff_role_id = settings.ticket_log_channel_id, settings.staff_role_id
        transcripts = Transcripts(bot.http, log_channel_id, staff_role_id)
        threads = TicketThreads(bot.http)
        tickets = TicketProjections(broker, threads, transcripts, sealer, settings.staff_role_id)
        ticket_replies = TicketReplies(replies, transcripts, sealer, of_tickets, own_data)
        given = by_owner({"replies": replies.handle, "tickets": ticket_replies.handle})
        # Members must see all they were told, by whichever replica; events only themselves.
        following = Reads(settings.invitations_api_url)
        service.at_end(following.close)
        invitations = showing(bot, broker, following, settings)
        shown = by_owner({"invitations": invitations.handle, "tickets": tickets.handle})
        service.at_end(desk.drain)
        await service.serve()
        await service.consume(
            *(broker, "gateway.replies", one_by_one(given), by_owners),
            is_ordered=False,
            is_shared=True,
        )
        # Edits of one announcement in the same moment share one request to Discord.
        await service.consume(
            *(broker, "gateway.events", one_by_one(shown), by_owners),
            is_ordered=False,
            hear=following.hear,
        )
        service.run_beside(sender.resume())
        await sender.wait_until_resumed()  # before a newer press can be heard
        for work in (own.run(), of_tickets.run(), bot.listen_to_discord()):
            service.run_beside(work)
        service.check("discord", lambda: bot.is_listening)
        LISTENING.set_function(lambda: float(bot.is_listening))
        await service.run()


if __name__ == "__main__":
    start(main)
