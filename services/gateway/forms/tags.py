"""The tags of a guild, as people type them: one a line, by the name in any language."""

from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from services.gateway.forms.mistakes import Mistaken, mistakes_in
from services.gateway.forms.search import folded
from services.gateway.i18n.translate import LANGUAGES, Language, tag_name
from shared.messages.invitations.details import TAGS, Tag
from shared.messages.invitations.guilds import MOST_TAGS

FIELD = "tags"
LONGEST_TYPED = 500
# The design's tags are stored in Japanese, and have a name in each language.
STORED = {folded(tag_name(language, tag)): tag for language in LANGUAGES for tag in TAGS}


def write_tags(tags: Sequence[Tag], language: Language) -> str:
    """Return tags as a member edits them."""
    return "\n".join(tag_name(language, tag) for tag in tags)


def read_tags(typed: str) -> tuple[Tag, ...]:
    """Read the tags of a guild; raises Mistaken."""
    tags = tuple(
        dict.fromkeys(read_tag(line, FIELD) for line in typed.splitlines() if line.strip())
    )
    if not tags:
        raise Mistaken([(FIELD, "blank")])
    if len(tags) > MOST_TAGS:
        raise Mistaken([(FIELD, "too_many_tags")])
    return tags


def read_tag(typed: str, field: str = "tag") -> Tag:
    """Return the tag that a name means; raises Mistaken for what can be no tag."""
    if known := STORED.get(folded(typed)):
        return known
    try:
        return TypeAdapter[str](Tag).validate_python(typed)
    except ValidationError as error:
        raise Mistaken(mistakes_in(field, error)) from None
