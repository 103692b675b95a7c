"""Every sentence that members read, in Japanese and in English: one file for each subject."""

from services.gateway.sentences.announcements import ANNOUNCEMENTS
from services.gateway.sentences.answers import ANSWERS
from services.gateway.sentences.calendars import CALENDARS
from services.gateway.sentences.commands import COMMANDS
from services.gateway.sentences.editing import EDITING
from services.gateway.sentences.endings import ENDINGS
from services.gateway.sentences.forms import FORMS
from services.gateway.sentences.languages import Language
from services.gateway.sentences.mine import MINE
from services.gateway.sentences.notices import NOTICES
from services.gateway.sentences.reading import READING
from services.gateway.sentences.refusals import REFUSALS
from services.gateway.sentences.repetitions import REPETITIONS
from services.gateway.sentences.roster import ROSTER
from services.gateway.sentences.staffing import STAFFING
from services.gateway.sentences.tickets import TICKETS

__all__ = ["TEXTS", "Language"]

TEXTS: dict[str, dict[Language, str]] = {
    **ANNOUNCEMENTS,
    **ANSWERS,
    **CALENDARS,
    **COMMANDS,
    **EDITING,
    **ENDINGS,
    **FORMS,
    **MINE,
    **NOTICES,
    **READING,
    **REFUSALS,
    **REPETITIONS,
    **ROSTER,
    **STAFFING,
    **TICKETS,
}
