"""The form by which a picture is uploaded, for a draft and for an event."""

from typing import Any

from disnake.ui import FileUpload, Label

from services.gateway.drawing.buttons import InvitationButton
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.images import MOST_IMAGE_BYTES

FIELD = "image"
MOST_MEGABYTES = MOST_IMAGE_BYTES // 1024**2


class EditImage(InvitationButton, name="image"):
    """The button, and the form that it opens, for the picture of an event."""


def image_modal(custom_id: CustomId, language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the form; sent empty it takes the picture away."""
    hint = translate(language, "hint-image", most=MOST_MEGABYTES)
    upload = FileUpload(custom_id=FIELD, min_values=0, required=False)
    return {
        "title": translate(language, "form-image"),
        "custom_id": custom_id.encode(),
        "components": [Label(translate(language, "field-image"), upload, description=hint)],
    }
