"""`/invite repeat`: an event comes back every week, so many times or until a day."""

from datetime import datetime
from typing import Any, TypeAlias

from disnake.interactions import ApplicationCommandInteraction

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.features.lists.cog import invitation_id_of
from services.gateway.forms.datetime_input import read_day
from services.gateway.forms.invitation import Mistaken
from shared.messages.invitations.repetition import (
    RepeatInvitation,
    Repetition,
    StopRepetition,
)

Slash: TypeAlias = ApplicationCommandInteraction[Any]


async def repeat(
    dispatcher: CommandDispatcher,
    interaction: Slash,
    named: str,
    wanted: tuple[int | None, str | None],
    *,
    is_last: bool,
) -> None:
    """Hand on how long an event comes back, or that it does no more: exactly one of three."""
    times, until = wanted
    invitation_id = invitation_id_of(named)
    command_fields = {**dispatcher.command_fields(interaction), "invitation_id": invitation_id}
    if invitation_id is None:
        await error_replies.refuse(interaction, "not_found")
    elif [times is not None, until is not None, is_last].count(True) != 1:
        await error_replies.refuse(interaction, "one_end")
    elif is_last:
        await dispatcher.dispatch(interaction, StopRepetition(**command_fields))
    else:
        try:
            repetition = _repetition(times, until, interaction.created_at)
        except Mistaken as mistaken:
            await error_replies.name_mistakes(interaction, mistaken)
            return
        await dispatcher.dispatch(
            interaction, RepeatInvitation(**command_fields, repetition=repetition)
        )


def _repetition(times: int | None, until: str | None, now: datetime) -> Repetition:
    if until is None:
        return Repetition(times=times)
    day = read_day(until, now)
    if day is None:
        raise Mistaken([("until", "not_a_day")])
    return Repetition(until=day)
