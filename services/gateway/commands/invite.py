"""`/invite`, the form behind it, and the buttons under an announcement."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import disnake
from disnake.ext import commands
from disnake.interactions import (
    ApplicationCommandInteraction,
    MessageInteraction,
    ModalInteraction,
)

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.custom_ids import Page
from services.gateway.discord.interactions import id_in, press_id
from services.gateway.features.duplicate.cog import open_copy
from services.gateway.features.lists.cog import (
    show_history,
    show_invitation,
    show_page,
    suggest,
    suggest_own,
    suggest_own_open,
)
from services.gateway.features.participants import cog as participants
from services.gateway.features.reminders.cog import set_reminders
from services.gateway.features.repetition.cog import repeat
from services.gateway.forms import invitation as forms
from services.gateway.forms import options
from services.gateway.forms.modals import invitation_modal
from services.gateway.texts import language_of
from shared.messages.invitations.commands import (
    DraftInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    RevealSecrets,
    ShowInterest,
)

if TYPE_CHECKING:
    from shared.messages.invitations.details import Status, Tag

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]

Pressed: TypeAlias = JoinInvitation | JoinWaitlist | ShowInterest | LeaveInvitation | RevealSecrets

BUTTONS: Mapping[str, type[Pressed]] = {
    "join": JoinInvitation,
    "wait": JoinWaitlist,
    "interest": ShowInterest,
    "leave": LeaveInvitation,
    "reveal": RevealSecrets,
}


class Invitations(commands.Cog):
    """Translates what members press and type, and hands it on."""

    def __init__(self, dispatcher: CommandDispatcher, announcement_channel_id: str) -> None:
        """Take the desk, and the channel that announcements go to."""
        self._dispatcher = dispatcher
        self._channel_id = announcement_channel_id

    @commands.slash_command(
        name=options.named("invite", "お誘い"),
        description=options.both("command.invite"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def invite(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @invite.sub_command(
        name=options.named("create", "作成"), description=options.both("command.create")
    )
    async def create(  # noqa: PLR0913, PLR0917 - the options of the command
        self,
        interaction: Slash,
        tag: str = options.TAG,
        instance: str = options.INSTANCE,
        start: str = options.START,
        end: str = options.END,
        capacity: int = options.CAPACITY,
        reminder: int = options.REMINDER,
    ) -> None:
        """Check the options, then ask for the rest in a form."""
        typed = {
            "tag": tag,
            "instance_type": instance,
            "start_time": start,
            "end_time": end,
            "max_participants": capacity,
            "reminder_minutes": reminder,
        }
        language = language_of(str(interaction.locale))
        with self._dispatcher.tracked(interaction):
            try:
                checked = forms.read_options(typed, interaction.created_at)
            except forms.Mistaken as mistaken:
                await error_replies.name_mistakes(interaction, mistaken)
                return
            modal = invitation_modal(checked, language)
            await responses.once(lambda: interaction.response.send_modal(**modal))

    @invite.sub_command(
        name=options.named("duplicate", "複製"), description=options.both("command.duplicate")
    )
    async def duplicate(
        self,
        interaction: Slash,
        invitation: str = options.OWN_INVITATION,
        start: str = options.START,
        end: str = options.END,
    ) -> None:
        """Ask for a new invitation in a form in which an old one stands."""
        with self._dispatcher.tracked(interaction):
            await open_copy(self._dispatcher, interaction, invitation, (start, end))

    @duplicate.autocomplete("id")
    async def suggest_own(self, interaction: Slash, typed: str) -> None:
        """Suggest what can be copied."""
        with self._dispatcher.tracked(interaction):
            await suggest_own(self._dispatcher, interaction, typed)

    @invite.sub_command(
        name=options.named("repeat", "くり返し"), description=options.both("command.repeat")
    )
    async def repeat(
        self,
        interaction: Slash,
        invitation: str = options.REPEATED,
        times: int | None = options.TIMES,
        until: str | None = options.UNTIL,
        stop: bool = options.STOP,  # noqa: FBT001 - an option of the command
    ) -> None:
        """Let an event come back every week, or no more."""
        with self._dispatcher.tracked(interaction):
            await repeat(self._dispatcher, interaction, invitation, (times, until), is_last=stop)

    @repeat.autocomplete("id")
    async def suggest_own_open(self, interaction: Slash, typed: str) -> None:
        """Suggest what can be repeated."""
        with self._dispatcher.tracked(interaction):
            await suggest_own_open(self._dispatcher, interaction, typed)

    @invite.sub_command(
        name=options.named("list", "一覧"), description=options.both("command.list")
    )
    async def browse(
        self,
        interaction: Slash,
        tag: str | None = options.WANTED_TAG,
        status: str = options.WANTED_STATUS,
    ) -> None:
        """Show the soonest invitations to the member alone."""
        page = Page("list", cast("Tag | None", tag), cast("Status", status))  # Discord's choices
        with self._dispatcher.tracked(interaction):
            await show_page(self._dispatcher, interaction, page)

    @invite.sub_command(
        name=options.named("mine", "自分"), description=options.both("command.mine")
    )
    async def mine(
        self,
        interaction: Slash,
        tag: str | None = options.WANTED_TAG,
        status: str | None = options.ANY_STATUS,
    ) -> None:
        """Show a host their own invitations, the newest first."""
        page = Page("mine", cast("Tag | None", tag), cast("Status | None", status))
        with self._dispatcher.tracked(interaction):
            await show_page(self._dispatcher, interaction, page)

    @invite.sub_command(
        name=options.named("history", "履歴"), description=options.both("command.history")
    )
    async def history(
        self,
        interaction: Slash,
        tag: str | None = options.WANTED_TAG,
        status: str | None = options.HELD_STATUS,
    ) -> None:
        """Show a member what they took part in, the newest first."""
        page = Page("history", cast("Tag | None", tag), cast("Status | None", status))
        with self._dispatcher.tracked(interaction):
            await show_history(self._dispatcher, interaction, page)

    @invite.sub_command(
        name=options.named("show", "詳細"), description=options.both("command.show")
    )
    async def show(self, interaction: Slash, invitation: str = options.INVITATION) -> None:
        """Show one invitation to the member alone."""
        with self._dispatcher.tracked(interaction):
            await show_invitation(self._dispatcher, interaction, invitation)

    @invite.sub_command(name=options.named("add", "追加"), description=options.both("command.add"))
    async def add(
        self,
        interaction: Slash,
        invitation: str = options.INVITATION,
        member: participants.Person = options.ADDED,
    ) -> None:
        """Give a member a seat."""
        with self._dispatcher.tracked(interaction):
            await participants.add(self._dispatcher, interaction, invitation, member)

    @invite.sub_command(
        name=options.named("remove", "外す"), description=options.both("command.remove")
    )
    async def remove(
        self,
        interaction: Slash,
        invitation: str = options.INVITATION,
        member: participants.Person = options.REMOVED,
    ) -> None:
        """Take a member out."""
        with self._dispatcher.tracked(interaction):
            await participants.remove(self._dispatcher, interaction, invitation, member)

    @invite.sub_command(
        name=options.named("reminders", "お知らせ"), description=options.both("command.reminders")
    )
    async def reminders(self, interaction: Slash, wanted: str = options.REMINDERS) -> None:
        """Turn a member's reminders on or off."""
        with self._dispatcher.tracked(interaction):
            await set_reminders(self._dispatcher, interaction, are_wanted=wanted == "on")

    @show.autocomplete("id")
    @add.autocomplete("id")
    @remove.autocomplete("id")
    async def suggest(self, interaction: Slash, typed: str) -> None:
        """Suggest what can be shown."""
        with self._dispatcher.tracked(interaction):
            await suggest(self._dispatcher, interaction, typed)

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Check the whole form; hand it on, or name every mistake in it."""
        if not interaction.custom_id.startswith("invite:"):
            return
        with self._dispatcher.tracked(interaction):
            try:
                draft = self._draft(interaction)
            except forms.Mistaken as mistaken:
                await error_replies.name_mistakes(interaction, mistaken)
                return
            await self._dispatcher.dispatch(interaction, draft)

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Hand on a button, or show the details."""
        custom_id = interaction.component.custom_id or ""
        action = custom_id.partition(":")[0]
        with self._dispatcher.tracked(interaction):
            if action == "detail":
                await show_invitation(self._dispatcher, interaction, id_in(custom_id))
            elif action in BUTTONS:
                command_fields = self._dispatcher.command_fields(interaction)
                command = BUTTONS[action](invitation_id=id_in(custom_id), **command_fields)
                await self._dispatcher.dispatch(interaction, command)

    def _draft(self, interaction: Modal) -> DraftInvitation:
        chosen = forms.options_of(interaction.custom_id)
        details, profile = forms.read_form(chosen, interaction.text_values, interaction.created_at)
        request_id = press_id(interaction)  # both replicas agree on it
        command_fields = self._dispatcher.command_fields(interaction)
        return DraftInvitation(
            **command_fields,
            request_id=request_id,
            guild_id=str(interaction.guild_id),
            channel_id=self._channel_id,
            host_name=command_fields["actor"].name,
            details=details,
            vrchat_profile=profile
            and self._dispatcher.sealer.seal(profile, column="vrchat_profile", row=str(request_id)),
        )
