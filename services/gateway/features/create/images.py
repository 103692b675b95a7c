"""A host uploads the picture of a draft on its card."""

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.features.create import stored
from services.gateway.features.create.custom_ids import ImageOfDraft
from services.gateway.features.images.cog import uploaded
from services.gateway.features.images.views import image_modal
from shared.messages.invitations.images import ChooseDraftImage

components = Components()


@components.button(ImageOfDraft)
async def ask_for_draft(press: Press[Click], button: ImageOfDraft) -> None:
    """Open the form for the picture of a draft."""
    await press.open_form(image_modal(button, press.language))


@components.form(ImageOfDraft)
async def choose_for_draft(press: Press[Modal], form: ImageOfDraft) -> None:
    """Let the picture be fetched; the card shows it afterwards."""
    image = uploaded(press)
    fields = await stored.card_fields(press, form.draft_id)
    await press.dispatch(ChooseDraftImage(**fields, image=image), in_place=True)
