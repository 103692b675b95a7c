"""Opens what a host sealed, for the member who asked and may read it."""

import structlog

from services.gateway.drawing.markdown import web_link
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages import vrchat
from shared.messages.replies import SecretsRevealed
from shared.sealing import SealBroken, Sealer

LONGEST = 920  # three hundred characters, should all of them need escaping

log = structlog.get_logger()


def revealed(reply: SecretsRevealed, sealer: Sealer, language: Language) -> str:
    """Say what was sealed; a seal that does not open gets a sentence in its place."""
    row = str(reply.request_id)
    profile = _shown(sealer, "vrchat_profile", reply.vrchat_profile, row, language)
    link = _shown(sealer, "instance_link", reply.instance_link, row, language)
    return "\n".join(
        [
            translate(language, "reveal-title"),
            translate(language, "reveal-vrchat_profile", link=profile),
            translate(language, "reveal-instance_link", link=link),
        ]
    )


def _shown(sealer: Sealer, column: str, sealed: str | None, row: str, language: Language) -> str:
    if sealed is None:
        return translate(language, "reveal-absent")
    try:
        opened = sealer.open(sealed, column=column, row=row)
    except SealBroken as error:
        log.error("secret.unopened", column=column, reason=str(error))
        return translate(language, "reveal-broken")
    # In angle brackets Discord fetches no preview, so the address stays between these two.
    return web_link(opened, LONGEST) + _address_details(opened, language)


def _address_details(link: str, language: Language) -> str:
    address = vrchat.read(link)
    if address is None:
        return ""
    words = []
    if address.instance_type:
        words.append(translate_one(language, "instance", address.instance_type))
    if address.region:
        words.append(translate_one(language, "region", address.region))
    return f" ({' · '.join(words)})" if words else ""
