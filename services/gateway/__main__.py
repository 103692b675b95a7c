"""`python -m services.gateway`: the gateway, put together."""

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
from services.gateway.owners import by_owner
from services.gateway.panels import Panels
from services.gateway.projections import Projections
from services.gateway.reads import Reads
from services.gateway.replies import Replies
from services.gateway.rotation import Rotation
from services.gateway.scheduled_events import ScheduledEvents
from services.gateway.sender import Sender
from services.gateway.settings import Settings
from services.gateway.ticket_projections import TicketProjections
from services.gateway.ticket_replies import TicketReplies
from services.gateway.ticket_threads import TicketThreads
from services.gateway.transcripts import Transcripts
from shared.messages.invitations import commands
from shared.messages.tickets import seals as ticket_seals
from shared.sealing import Sealer
from shared.service import Service, start
from shared.settings import load


async def main() -> None:
    """Hear members and show them what happens, until asked to stop."""
    settings = load(Settings)
    sealer = Sealer.of(settings.sealing_keys)
    async with Service("gateway", settings) as service:
        broker = await service.broker()
        rotation = Rotation(sealer, broker, commands.FindOutdatedSeals, commands.ReplaceSeals)
        addresses = Addresses(settings.calendar_url, sealer)
        reads = Reads(settings.invitations_api_url)
        replies = Replies(sealer, rotation, addresses)
        bot = Bot(settings.discord_api_url, hears_members=settings.members_intent)
        for part in (reads, replies, bot):
            service.at_end(part.close)
        with starting():
            await bot.login(settings.discord_token)
        sender = Sender(broker)
        desk = Desk(sender, reads, sealer, settings.staff_role_id)
        bot.add_cog(Invitations(desk, settings.announcement_channel_id))
        bot.add_cog(Browsing(desk))
        bot.add_cog(Endings(desk))
        bot.add_cog(Secrets(desk))
        bot.add_cog(Reminders(desk))
        bot.add_cog(Edits(desk))
        bot.add_cog(MyData(desk))
        bot.add_cog(Calendars(desk, are_offered=addresses.are_offered))
        bot.add_cog(Staffing(desk))
        bot.add_cog(Tickets(desk))
        bot.add_cog(TicketButtons(desk))
        bot.add_cog(TicketActivity(sender))
        bot.add_cog(Departures(sender))
        announcements = Announcements(bot.http)
        panels = Panels(bot.http, announcements, settings.staff_channel_id)
        scheduled_events = ScheduledEvents(
            bot.http, reads, str(bot.user.id), are_wanted=settings.mirror_scheduled_events
        )
        projections = Projections(broker, announcements, panels, scheduled_events, reads)
        renewed = Rotation(
            sealer, broker, ticket_seals.FindOutdatedSeals, ticket_seals.ReplaceSeals
        )
        transcripts = Transcripts(bot.http, settings.ticket_log_channel_id)
        tickets = TicketProjections(
            broker, TicketThreads(bot.http), transcripts, sealer, settings.staff_role_id
        )
        given = by_owner(
            {
                "replies": replies.handle,
                "tickets": TicketReplies(replies, transcripts, sealer, renewed).handle,
            }
        )
        service.at_end(desk.drain)
        await service.serve()
        await service.consume(broker, "gateway.replies", given, replies.AWAY)
        shown = by_owner({"invitations": projections.handle, "tickets": tickets.handle})
        await service.consume(broker, "gateway.events", shown, projections.AWAY)
        service.run_beside(rotation.run())
        service.run_beside(renewed.run())
        service.run_beside(bot.listen_to_discord())
        service.check("discord", lambda: bot.is_listening)
        await service.run()


if __name__ == "__main__":
    start(main)
