"""The option of a list that narrows it to a tag."""

from disnake import OptionChoice

from services.gateway.delivery.dispatcher import Press
from services.gateway.features.lists.finding import Slash, offer
from services.gateway.forms.search import folded
from services.gateway.forms.tags import read_tag
from services.gateway.i18n.translate import tag_name
from shared.messages.invitations.details import Tag


def wanted_tag(typed: str | None) -> Tag | None:
    """Return the tag that a member chose or typed; raises Mistaken for what can be none."""
    return None if typed is None else read_tag(typed)


async def suggest_tags(press: Press[Slash], typed: str) -> None:
    """Suggest the guild's tags whose names hold what is typed."""

    async def choices() -> list[OptionChoice]:
        tags = (await press.settings()).tags
        names = {tag: tag_name(press.language, tag) for tag in tags}
        return [
            OptionChoice(name, tag) for tag, name in names.items() if folded(typed) in folded(name)
        ]

    await offer(press, typed, choices)
