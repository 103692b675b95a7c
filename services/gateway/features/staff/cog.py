"""The buttons of the staff channel's panels, and the pages of the audit log."""

from collections.abc import Mapping

from disnake.interactions import MessageInteraction

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import InvitationButton
from services.gateway.features.staff.audit_views import AuditPage, TicketLogPage
from services.gateway.features.staff.views import Assign, Release
from shared.messages.invitations.staffing import AssignStaff, ReadAuditLog, ReleaseStaff
from shared.messages.tickets.commands import ReadTicketLog

COMMANDS: Mapping[type[InvitationButton], type[AssignStaff | ReleaseStaff]] = {
    Assign: AssignStaff,
    Release: ReleaseStaff,
}

components = Components()


@components.button(*COMMANDS)
async def change_staff(press: Press[Click], button: InvitationButton) -> None:
    """Assign or release the member; the service decides who is staff."""
    command = COMMANDS[type(button)]
    fields = await press.checked_fields()
    await press.dispatch(command(invitation_id=button.invitation_id, **fields))


@components.button(AuditPage)
async def turn_page(press: Press[Click], page: AuditPage) -> None:
    """Show another page in place of the one whose button was pressed."""
    await show_audit_log(press, page)


async def show_audit_log(press: Press[Interaction], page: AuditPage) -> None:
    """Ask for a page of the audit log."""
    command = ReadAuditLog(
        **await press.checked_fields(),
        invitation_id=page.invitation_id,
        member_id=page.member_id,
        cursor=page.cursor,
    )
    is_turned = isinstance(press.interaction, MessageInteraction)
    await press.dispatch(command, in_place=is_turned)


@components.button(TicketLogPage)
async def turn_ticket_page(press: Press[Click], page: TicketLogPage) -> None:
    """Show another page in place of the one whose button was pressed."""
    await show_ticket_log(press, page)


async def show_ticket_log(press: Press[Interaction], page: TicketLogPage) -> None:
    """Ask for a page of the audit log of tickets."""
    wanted = {"guild_id": press.guild_id, "member_id": page.member_id, "cursor": page.cursor}
    command = ReadTicketLog(**await press.checked_fields(), **wanted)
    is_turned = isinstance(press.interaction, MessageInteraction)
    await press.dispatch(command, in_place=is_turned)
