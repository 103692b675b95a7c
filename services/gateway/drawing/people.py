"""Members as a row of mentions that fits."""

from collections.abc import Iterable

from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.details import Details, Participation
from shared.messages.views import InvitationView

FIELD = 1024
MORE = 30  # room for "and so many more"


def is_erased(user_id: str) -> bool:
    """Return whether the id stands for an erased member: no id of Discord's begins with 0."""
    return user_id.startswith("0")


def mention(user_id: str, language: Language) -> str:
    """Mention a member, unless they are erased."""
    return translate(language, "label-erased") if is_erased(user_id) else f"<@{user_id}>"


def hosts(host_id: str, details: Details, language: Language) -> str:
    """Mention the host of an event, and its co-hosts on a line of their own."""
    host = mention(host_id, language)
    if not details.co_host_ids:
        return host
    others = " ".join(mention(each, language) for each in details.co_host_ids)
    return f"{host}\n{translate(language, 'label-with_co_hosts', members=others)}"


def mentions(view: InvitationView, part: Participation, language: Language) -> list[str]:
    """Mention everybody with this part, in the order they came."""
    return [
        mention(person.user_id, language) for person in view.participants if person.status == part
    ]


def seated(view: InvitationView) -> list[str]:
    """List everybody with a seat, in the order they came."""
    return [person.user_id for person in view.participants if person.status == "joined"]


def queue(view: InvitationView, language: Language) -> list[str]:
    """Mention everybody who waits, the next to get a seat first."""
    return [mention(person.user_id, language) for person in view.waitlist]


def row(people: Iterable[str], language: Language, most: int = FIELD) -> str:
    """Join mentions while they fit, and count those who do not."""
    waiting = list(people)
    if not waiting:
        return translate(language, "label-nobody")
    shown = ""
    for index, person in enumerate(waiting):
        longer = f"{shown} {person}".strip()
        if len(longer) > most - MORE:
            more = translate(language, "label-and_more", count=len(waiting) - index)
            return f"{shown} {more}".strip()
        shown = longer
    return shown


def staff_of(view: InvitationView, language: Language) -> str:
    """Mention the staff member in charge of an invitation."""
    return f"<@{view.staff_id}>" if view.staff_id else translate(language, "label-no_staff")
