"""Why Discord refused something, as a sentence for the member who can change it."""

from collections.abc import Mapping

from services.gateway.drawing.markdown import plain
from services.gateway.i18n.translate import Language, translate, translate_if_known

REASON = 300


def why(facts: Mapping[str, str | int], language: Language) -> str:
    """Return the sentence about a cause; one of a newer gateway has a sentence too."""
    names = str(facts.get("permissions", "")).split()
    named = (translate_if_known(language, f"permission-{name}") or name for name in names)
    arguments = {
        "permissions": " / ".join(named),
        "reason": plain(str(facts.get("reason", "")), REASON),
    }
    text = translate_if_known(language, f"why-{facts.get('cause')}", arguments)
    return text or translate(language, "why-unknown")
