"""A member's data: the export, and the erasure after one more question."""

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.features.privacy.views import Erase, erase_button
from services.gateway.i18n.translate import translate
from shared.messages.invitations.mine import EraseMyData
from shared.messages.tickets.mine import ExportMyData

components = Components()


async def export(press: Press[Interaction]) -> None:
    """Ask for everything that is stored about the member."""
    await press.dispatch(ExportMyData(**press.command_fields))


async def ask_to_erase(press: Press[Interaction]) -> None:
    """Explain what erasing means, and ask whether the member wants it."""
    text = translate(press.language, "mydata-explain_erasure")
    await press.say(text, buttons=[erase_button(press.language)])


@components.button(Erase)
async def erase(press: Press[Click], _button: Erase) -> None:
    """Erase everything about the member; the answer replaces the question."""
    await press.dispatch(EraseMyData(**press.command_fields), in_place=True)
