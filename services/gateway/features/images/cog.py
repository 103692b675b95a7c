"""Host and staff upload the picture of an event."""

from collections.abc import Mapping
from typing import Any

import disnake

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.drawing.announcement import FINAL
from services.gateway.features.closing.views import may_end
from services.gateway.features.images.views import FIELD, MOST_MEGABYTES, EditImage, image_modal
from shared.messages.invitations.images import (
    MOST_IMAGE_BYTES,
    ChooseImage,
    ImageKind,
    OfferedImage,
)
from shared.refusal import Refused

KINDS: Mapping[str, ImageKind] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
}

components = Components()


@components.button(EditImage)
async def ask(press: Press[Click], button: EditImage) -> None:
    """Open the form for the picture of an event."""
    press.check_rate()
    view = await press.api.invitation(button.invitation_id)
    if view is None:
        raise Refused("not_found")
    if not may_end(view, await press.checked_actor()):
        # A courtesy: the invitations service decides who may edit.
        raise Refused("already_final" if view.status in FINAL else "not_host")
    await press.open_form(image_modal(button, press.language))


@components.form(EditImage)
async def choose(press: Press[Modal], form: EditImage) -> None:
    """Let the picture be fetched; the announcement shows it afterwards."""
    image, fields = uploaded(press), await press.checked_fields()
    await press.dispatch(ChooseImage(**fields, invitation_id=form.invitation_id, image=image))


def uploaded(press: Press[Modal]) -> OfferedImage | None:
    """Return what was uploaded, None for nothing; raises Refused for what cannot be shown."""
    files: list[Any] = press.interaction.resolved_values.get(FIELD) or []
    found = next((file for file in files if isinstance(file, disnake.Attachment)), None)
    if found is None:
        return None
    kind = KINDS.get((found.content_type or "").partition(";")[0])
    if kind is None:
        raise Refused("image_kind")
    if not 0 < found.size <= MOST_IMAGE_BYTES:
        raise Refused("image_too_large", most=MOST_MEGABYTES)
    return OfferedImage(id=press_id(press.interaction), kind=kind, url=found.url, size=found.size)
