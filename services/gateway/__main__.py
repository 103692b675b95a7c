"""`python -m services.gateway`: builds the gateway and runs it."""

from disnake.ext.commands import Cog

from services.gateway.bot import Bot, starting
from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.commands.calendar import Calendars
from services.gateway.commands.components import all_components
from services.gateway.commands.invite import Invitations
from services.gateway.commands.mydata import MyData
from services.gateway.commands.setup import Setup
from services.gateway.commands.staff import Staff
from services.gateway.commands.ticket import Tickets
from services.gateway.consumers.invitation_events import InvitationEvents
from services.gateway.consumers.replies import Replies
from services.gateway.delivery.answers import Answers
from services.gateway.delivery.callbacks import Callbacks
from services.gateway.delivery.complaints import Complaints
from services.gateway.delivery.components import ComponentRouter
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.delivery.handlers import Handlers
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool
from services.gateway.discord.causes import Causes
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.members import Members
from services.gateway.discord.messages import Messages
from services.gateway.discord.request_limits import BAN_SECONDS
from services.gateway.features.calendars.addresses import CalendarAddresses
from services.gateway.features.create.redraw import DraftCards
from services.gateway.features.images.attached import Pictures
from services.gateway.features.images.fetching import ImageFetcher
from services.gateway.features.lists.pinned import PinnedLists
from services.gateway.features.participants.member_leave import MemberLeave
from services.gateway.features.participants.thread_members import ThreadMembers
from services.gateway.features.privacy.data import MemberData
from services.gateway.features.reconcile.announcements import AnnouncementRepair
from services.gateway.features.reconcile.check import Reconciler, Repairs
from services.gateway.features.reconcile.orphans import Orphans
from services.gateway.features.reconcile.panels import PanelRepair
from services.gateway.features.reconcile.people import PeopleRepair
from services.gateway.features.reconcile.telling import RepairNotices
from services.gateway.features.reconcile.threads import ThreadRepair
from services.gateway.features.reconcile.watch import DriftWatch
from services.gateway.features.scheduled_events.events import ScheduledEvents
from services.gateway.features.setup.first_word import FirstWord
from services.gateway.features.setup.redraw import SetupPanel
from services.gateway.features.staff.panels import Panels
from services.gateway.features.telling.summary import Summaries
from services.gateway.features.tickets.activity import TicketActivity
from services.gateway.features.tickets.drift import TicketDrift
from services.gateway.features.tickets.events import TicketEvents
from services.gateway.features.tickets.outcomes import TicketOutcomes
from services.gateway.features.tickets.replies import TicketReplies
from services.gateway.features.tickets.threads import TicketThreads
from services.gateway.features.tickets.transcripts import Transcripts
from services.gateway.metrics import LISTENING
from services.gateway.security.key_rotation import KeyRotation
from services.gateway.settings import Settings
from shared.broker import Broker
from shared.dispatch import one_by_one
from shared.messages.invitations import commands
from shared.messages.tickets import seals
from shared.origins import by_owners
from shared.proofs import GATEWAY, CommandKeys
from shared.sealing import Sealer
from shared.service import Service, start
from shared.settings import load


def cogs(
    dispatcher: CommandDispatcher,
    publisher: Publisher,
    addresses: CalendarAddresses,
) -> list[Cog]:
    """Return what listens to members."""
    return [
        Invitations(dispatcher),
        Tickets(dispatcher),
        Staff(dispatcher),
        MyData(dispatcher),
        Setup(dispatcher),
        Calendars(dispatcher, are_offered=addresses.are_offered),
        ComponentRouter(dispatcher, all_components()),
        TicketActivity(publisher),
    ]


def invitation_parts(
    service: Service,
    bot: Bot,
    broker: Broker,
    api: InvitationsApi,
    guilds: GuildSettingsCopy,
    complaints: Complaints,
) -> tuple[object, ...]:
    """Return what shows invitations as they are, and repairs what is shown."""
    messages = Messages(bot.http)
    panels = Panels(bot.http, messages, guilds)
    scheduled_events = ScheduledEvents(bot.http, api, guilds, str(bot.user.id))
    summaries = Summaries(bot.http, messages, api, guilds)
    pictures = Pictures(messages, api)
    events = InvitationEvents(
        broker, messages, panels, api, guilds, summaries, complaints, pictures
    )
    repairs = Repairs(
        AnnouncementRepair(broker, messages, guilds, events.refresh, pictures),
        ThreadRepair(broker, messages),
        PanelRepair(broker, messages, guilds),
        scheduled_events,
        PeopleRepair(Members(bot), broker, guilds),
    )
    reconciler = Reconciler(DiscordGuilds(bot), broker, api, repairs)
    pinned = PinnedLists(broker, messages, api, guilds)
    service.run_beside(reconciler.run())
    service.run_beside(Orphans(bot, messages, api, guilds).run())
    return (
        events,
        scheduled_events,
        pinned,
        reconciler,
        RepairNotices(messages, api, guilds, ThreadMembers(messages, api, guilds)),
    )


async def main() -> None:
    """Serve members until the process is asked to stop."""
    settings = load(Settings)
    sealer = Sealer.of(settings.sealing_keys)
    async with Service("gateway", settings) as service:
        keys = CommandKeys.derived(settings.sealing_keys, GATEWAY)
        broker = await service.broker(keys)
        own = KeyRotation(sealer, broker, commands.FindOutdatedSeals, commands.ReplaceSeals)
        of_tickets = KeyRotation(sealer, broker, seals.FindOutdatedSeals, seals.ReplaceSeals)
        addresses = CalendarAddresses(settings.calendar_url, sealer)
        member_data = MemberData(sealer, broker)
        reader = (settings.invitations_api_url, keys.reading_token("invitations"))
        api = InvitationsApi(*reader)
        guilds = GuildSettingsCopy(api)
        bot = Bot(
            settings.discord_api_url,
            hears_members=settings.members_intent,
            shard=settings.shard_place,
        )
        callbacks = Callbacks()
        answers = Answers(sealer, bot.limits, callbacks)
        for part in (api, answers, bot):
            service.at_end(part.close)
        service.check("discord", lambda: bot.is_listening)
        LISTENING.set_function(lambda: float(bot.is_listening))
        BAN_SECONDS.set_function(lambda: bot.limits.ban_seconds)
        await service.serve()  # before the login, which can be a long wait
        with starting():
            await bot.login(settings.discord_token)
        publisher = Publisher(broker, Spool(settings.spool_folder, sealer))
        dispatcher = CommandDispatcher(
            *(publisher, api, guilds, sealer, settings.limiters, callbacks)
        )
        for cog in cogs(dispatcher, publisher, addresses):
            bot.add_cog(cog)
        bot.add_cog(MemberLeave(publisher, bot.http))
        drift = TicketDrift(bot, publisher, api)
        bot.add_cog(drift)
        bot.add_cog(FirstWord(Messages(bot.http), api))
        watch = DriftWatch(bot, api, broker, guilds, drift)
        bot.add_cog(watch)
        drawn = (
            SetupPanel(DiscordGuilds(bot), api, answers),
            DraftCards(DiscordGuilds(bot), api, guilds, sealer, answers),
        )
        transcripts = Transcripts(bot.http, guilds)
        complaints = Complaints(Messages(bot.http), guilds, Causes(DiscordGuilds(bot)))
        tickets = TicketEvents(
            *(broker, TicketThreads(bot.http), transcripts, sealer, guilds),
            *(TicketOutcomes(answers, complaints.causes), complaints),
        )
        fetcher = ImageFetcher(broker, api, settings.discord_api_url)
        service.at_end(fetcher.close)
        replies = Handlers(
            fetcher,
            Replies(answers, sealer, own, addresses, member_data, guilds, *drawn),
            TicketReplies(answers, transcripts, sealer, of_tickets, member_data, guilds),
        )
        # A list must show what any replica has answered; an event needs only its own position.
        following = InvitationsApi(*reader)
        service.at_end(following.close)
        invitations = invitation_parts(service, bot, broker, following, guilds, complaints)
        events = Handlers(*invitations, watch, tickets, are_events=True)
        service.at_end(dispatcher.drain)
        await service.consume(
            *(broker, "gateway.replies", one_by_one(replies.handle), by_owners),
            second="tickets",
            is_ordered=False,
            is_shared=True,
        )
        # Edits of one announcement in the same moment share one request to Discord.
        await service.consume(
            *(broker, "gateway.events", one_by_one(events.handle), by_owners),
            second="tickets",
            is_ordered=False,
            hear=following.hear,
        )
        service.run_beside(publisher.resume())
        await publisher.wait_until_resumed()  # before a newer press can be heard
        for work in (own.run(), of_tickets.run(), watch.run(), bot.listen_to_discord()):
            service.run_beside(work)
        await service.run()


if __name__ == "__main__":
    start(main)
