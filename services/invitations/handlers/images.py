"""What the invitations service does with the pictures of drafts and events."""

import base64
from collections.abc import Sequence

from services.invitations.handlers.drafting import open_draft
from services.invitations.sql import audit, images, invitations
from services.invitations.sql.images import Image
from shared.database import Connection
from shared.dispatch import Outcome, accepted, answer_to
from shared.erasures import is_erased_since
from shared.messages.envelope import Answer, Message
from shared.messages.invitations.images import (
    ChooseDraftImage,
    ChooseImage,
    DiscardImage,
    ImageChanged,
    ImageOffered,
    SaveImagePart,
)
from shared.messages.replies import CommandAccepted, CommandRefused
from shared.refusal import Refused


async def choose_for_draft(command: ChooseDraftImage, connection: Connection) -> Outcome:
    """Let the gateway fetch a picture for a draft, or take the one there is away."""
    await open_draft(connection, command)
    given_up = await _give_up(connection, command)
    if command.image is None:
        await images.show_on_draft(connection, command.request_id, None)
        return accepted(*given_up, choice="removed")
    return Outcome([*given_up, await _expected(connection, command, command.guild_id)])


async def choose(command: ChooseImage, connection: Connection) -> Outcome:
    """Let the gateway fetch a picture for an event, or take the one there is away."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_changed_by(command.actor)
    given_up = await _give_up(connection, command)
    if command.image is None:
        await audit.write_down(connection, command)
        changed = ImageChanged(invitation=await images.show(connection, invitation.id, None))
        return accepted(changed, *given_up, invitation=changed.invitation, choice="removed")
    await audit.write_down(connection, command)
    return Outcome([*given_up, await _expected(connection, command, invitation.guild_id)])


async def _expected(
    connection: Connection, command: ChooseDraftImage | ChooseImage, guild_id: str
) -> ImageOffered:
    assert command.image is not None  # noqa: S101 - the caller has looked
    await images.expect(connection, command, command.image)
    return ImageOffered(guild_id=guild_id, image=command.image, by=command.actor)


async def _give_up(
    connection: Connection, command: ChooseDraftImage | ChooseImage
) -> Sequence[Answer]:
    """Forget a picture that is still being fetched, and answer who waits for it."""
    others = await images.give_up_unfinished(connection, command)
    return [answer for each in others for answer in _refusal(each, code="image_replaced")]


async def save_part(command: SaveImagePart, connection: Connection) -> Outcome:
    """Keep a part of a picture; the last one to arrive lets the draft or the event show it."""
    image = await _locked(command, connection)
    if image is None:
        return Outcome()
    chosen = image.reply_to
    if chosen and await is_erased_since(connection, [command.actor.user_id], chosen.interaction_id):
        await images.delete(connection, image.name)
        return Outcome(_refusal(image, code="erased_since"))
    if not await images.is_subject_open(connection, image):
        await images.delete(connection, image.name)
        code = "draft_posted" if image.request_id else "already_final"
        return Outcome(_refusal(image, code=code))
    content = base64.b64decode(command.content)
    present = await images.add_part(connection, image.name, command.part, content)
    if present != image.size:
        return Outcome()
    await images.finish(connection, image.name)
    return Outcome(await _shown(connection, image))


async def discard_image(command: DiscardImage, connection: Connection) -> Outcome:
    """Forget a picture that could not be fetched, and say why."""
    image = await _locked(command, connection)
    if image is None:
        return Outcome()
    await images.delete(connection, image.name)
    return Outcome(_refusal(image, code=command.code))


async def _locked(command: SaveImagePart | DiscardImage, connection: Connection) -> Image | None:
    """Lock what a picture on its way is for, and return the picture; None if it was given up."""
    if command.is_stranger_to(command.guild_id):
        raise Refused("not_found")
    image = await images.unfinished(connection, command.name)
    if image is None or await images.lock_subject(connection, image) != command.guild_id:
        return None
    return await images.unfinished(connection, command.name)  # as it is under the lock


async def _shown(connection: Connection, image: Image) -> Sequence[Message]:
    if image.request_id is not None:
        await images.show_on_draft(connection, image.request_id, image.name)
        return answer_to(
            image.reply_to, image.command, CommandAccepted, details={"choice": "saved"}
        )
    state = await images.show(connection, image.invitation_id or "", image.name)
    changed = ImageChanged(invitation=state)
    fields = {"invitation": state, "details": {"choice": "saved"}}
    return [changed, *answer_to(image.reply_to, image.command, CommandAccepted, **fields)]


def _refusal(image: Image, *, code: str) -> Sequence[Answer]:
    return answer_to(image.reply_to, image.command, CommandRefused, code=code, details={})
