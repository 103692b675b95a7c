"""`/invite`: each subcommand calls its feature."""

from typing import TYPE_CHECKING, cast

import disnake
from disnake.ext import commands

from services.gateway.commands import options
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.features.create.cog import open_form, show_drafts
from services.gateway.features.duplicate.cog import copy
from services.gateway.features.lists.cog import (
    show_history,
    show_invitation,
    show_list,
    show_page,
)
from services.gateway.features.lists.finding import (
    Slash,
    suggest,
    suggest_own,
    suggest_own_open,
)
from services.gateway.features.lists.pages import HistoryPage, ListPage, OwnPage
from services.gateway.features.lists.pinned import pin_list
from services.gateway.features.lists.tags import suggest_tags, wanted_tag
from services.gateway.features.participants import cog as participants
from services.gateway.features.reminders.cog import set_reminders
from services.gateway.features.repetition.cog import repeat
from services.gateway.features.templates import cog as templates
from services.gateway.forms.search import search_words

if TYPE_CHECKING:
    from shared.messages.invitations.details import Status
    from shared.messages.views import ListStatus


class Invitations(commands.Cog):
    """The tree of `/invite`."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("invite"),
        description=options.localized("command-invite"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def invite(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @invite.sub_command(
        name=options.named("create"), description=options.localized("command-create")
    )
    async def create(self, interaction: Slash) -> None:
        """Ask for everything in one form."""
        async with self._dispatcher.tracked(interaction) as press:
            await open_form(press)

    @invite.sub_command(
        name=options.named("templates"), description=options.localized("command-templates")
    )
    async def open_template(
        self, interaction: Slash, template: str | None = options.TEMPLATE
    ) -> None:
        """Make a draft of a template, or list them."""
        async with self._dispatcher.tracked(interaction) as press:
            if template:
                await templates.open_named(press, template)
            else:
                await templates.show_templates(press)

    @open_template.autocomplete("name")
    async def suggest_template(self, interaction: Slash, typed: str) -> None:
        """Suggest the templates that a host can open."""
        async with self._dispatcher.tracked(interaction) as press:
            await templates.suggest(press, typed)

    @invite.sub_command(
        name=options.named("drafts"), description=options.localized("command-drafts")
    )
    async def drafts(self, interaction: Slash) -> None:
        """List the drafts of a host."""
        async with self._dispatcher.tracked(interaction) as press:
            await show_drafts(press)

    @invite.sub_command(
        name=options.named("duplicate"), description=options.localized("command-duplicate")
    )
    async def duplicate(self, interaction: Slash, invitation: str = options.OWN_INVITATION) -> None:
        """Make a draft of an old invitation."""
        async with self._dispatcher.tracked(interaction) as press:
            await copy(press, invitation)

    @duplicate.autocomplete("id")
    async def suggest_own(self, interaction: Slash, typed: str) -> None:
        """Suggest what can be copied."""
        async with self._dispatcher.tracked(interaction) as press:
            await suggest_own(press, typed)

    @invite.sub_command(
        name=options.named("repeat"), description=options.localized("command-repeat")
    )
    async def repeat(
        self,
        interaction: Slash,
        invitation: str = options.REPEATED,
        times: int | None = options.TIMES,
        until: str | None = options.UNTIL,
        stop: bool = options.STOP,  # noqa: FBT001 - an option of the command
    ) -> None:
        """Repeat an event every week, or stop it."""
        async with self._dispatcher.tracked(interaction) as press:
            await repeat(press, invitation, (times, until), is_last=stop)

    @repeat.autocomplete("id")
    async def suggest_own_open(self, interaction: Slash, typed: str) -> None:
        """Suggest what can be repeated."""
        async with self._dispatcher.tracked(interaction) as press:
            await suggest_own_open(press, typed)

    @invite.sub_command(name=options.named("list"), description=options.localized("command-list"))
    async def browse(
        self,
        interaction: Slash,
        words: str | None = options.WORDS,
        first_day: str | None = options.FIRST_DAY,
        tag: str | None = options.WANTED_TAG,
        status: str = options.WANTED_STATUS,
        pin: bool = options.PINNED,  # noqa: FBT001 - an option of the command
    ) -> None:
        """Show the soonest invitations to the member alone, or pin them in the channel."""
        wanted = search_words(words or "") or None
        async with self._dispatcher.tracked(interaction) as press:
            # Discord's choices
            page = ListPage(wanted_tag(tag), cast("ListStatus", status), None, wanted)
            await (pin_list(press) if pin else show_list(press, page, first_day))

    @invite.sub_command(name=options.named("mine"), description=options.localized("command-mine"))
    async def mine(
        self,
        interaction: Slash,
        tag: str | None = options.WANTED_TAG,
        status: str | None = options.ANY_STATUS,
    ) -> None:
        """Show a host their own invitations, the newest first."""
        async with self._dispatcher.tracked(interaction) as press:
            page = OwnPage(wanted_tag(tag), cast("Status | None", status), None)
            await show_page(press, page)

    @invite.sub_command(
        name=options.named("history"), description=options.localized("command-history")
    )
    async def history(
        self,
        interaction: Slash,
        tag: str | None = options.WANTED_TAG,
        status: str | None = options.HELD_STATUS,
    ) -> None:
        """Show a member what they took part in, the newest first."""
        async with self._dispatcher.tracked(interaction) as press:
            page = HistoryPage(wanted_tag(tag), cast("Status | None", status), None)
            await show_history(press, page)

    @browse.autocomplete("tag")
    @mine.autocomplete("tag")
    @history.autocomplete("tag")
    async def suggest_tag(self, interaction: Slash, typed: str) -> None:
        """Suggest the tags of the guild."""
        async with self._dispatcher.tracked(interaction) as press:
            await suggest_tags(press, typed)

    @invite.sub_command(name=options.named("show"), description=options.localized("command-show"))
    async def show(self, interaction: Slash, invitation: str = options.INVITATION) -> None:
        """Show one invitation to the member alone."""
        async with self._dispatcher.tracked(interaction) as press:
            await show_invitation(press, invitation)

    @invite.sub_command(name=options.named("add"), description=options.localized("command-add"))
    async def add(
        self,
        interaction: Slash,
        invitation: str = options.INVITATION,
        member: participants.Person = options.ADDED,
    ) -> None:
        """Give a member a seat."""
        async with self._dispatcher.tracked(interaction) as press:
            await participants.add(press, invitation, member)

    @invite.sub_command(
        name=options.named("remove"), description=options.localized("command-remove")
    )
    async def remove(
        self,
        interaction: Slash,
        invitation: str = options.INVITATION,
        member: participants.Person = options.REMOVED,
    ) -> None:
        """Remove a member."""
        async with self._dispatcher.tracked(interaction) as press:
            await participants.remove(press, invitation, member)

    @invite.sub_command(
        name=options.named("reminders"), description=options.localized("command-reminders")
    )
    async def reminders(self, interaction: Slash, wanted: str = options.REMINDERS) -> None:
        """Turn a member's reminders on or off."""
        async with self._dispatcher.tracked(interaction) as press:
            await set_reminders(press, are_wanted=wanted == "on")

    @show.autocomplete("id")
    @add.autocomplete("id")
    @remove.autocomplete("id")
    async def suggest(self, interaction: Slash, typed: str) -> None:
        """Suggest what can be shown."""
        async with self._dispatcher.tracked(interaction) as press:
            await suggest(press, typed)
