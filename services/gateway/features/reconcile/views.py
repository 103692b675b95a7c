"""What host and staff read about repairs."""

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import Detail
from services.gateway.drawing.markdown import message_link, plain
from services.gateway.drawing.notices import in_parts, with_button
from services.gateway.drawing.people import is_erased
from services.gateway.features.reconcile.owed import MISSING
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.invitations.repairs import OwedRepair
from shared.messages.views import InvitationView


def moved(view: InvitationView, language: Language) -> str:
    """Say that an announcement was deleted, and where it stands now."""
    link = message_link(view.guild_id, view.channel_id, view.shown_id)
    event = plain(view.event_name, 400)
    return translate(language, "notice-announcement_moved", event=event, link=link)


def owing(view: InvitationView, repairs: list[OwedRepair], language: Language) -> str:
    """Say what cannot be repaired, why, and what helps."""
    event = plain(view.event_name, 400)
    lines = [translate(language, "notice-repairs_owed", event=event)]
    for repair in repairs:
        part = translate_one(language, "repair", repair.kind)
        reason = translate_one(language, "owed", repair.code)
        lines.append(translate(language, "notice-repair_line", part=part, reason=reason))
        if repair.code == MISSING:
            lines += [
                f"　・**{translate_one(language, 'permission', name)}**" for name in repair.missing
            ]
    return "\n".join([*lines, translate(language, "notice-repairs_later")])


def notice(
    view: InvitationView, text: str, language: Language, *user_ids: str | None
) -> list[Payload]:
    """Return a message about an event that mentions some members."""
    there = [each for each in user_ids if each is not None and not is_erased(each)]
    shown = with_button(Detail(view.id), language)
    return [part | shown for part in in_parts(text, list(dict.fromkeys(there)))]
