"""Answers of the tickets service that are more than a sentence."""

from services.gateway.discord_rest import DISCORD_AWAY
from services.gateway.replies import Replies
from services.gateway.texts import language_of, say
from services.gateway.transcripts import Transcripts
from shared.dispatch import Handled
from shared.messages.envelope import Envelope
from shared.messages.tickets.replies import TranscriptGranted


class TicketReplies:
    """Shows who asked what they may read; any replica finishes any press."""

    AWAY = DISCORD_AWAY

    def __init__(self, replies: Replies, transcripts: Transcripts) -> None:
        """Take what gives answers, and what makes records."""
        self._replies = replies
        self._transcripts = transcripts

    async def handle(self, envelope: Envelope) -> Handled:
        """Give one answer."""
        reply = envelope.body
        if not isinstance(reply, TranscriptGranted):
            raise TypeError(envelope.name)
        language = language_of(reply.reply_to.locale)
        attached = await self._transcripts.of(reply.ticket, language)
        key = "transcript.here" if attached else "transcript.gone"
        await self._replies.answer(reply, {"content": say(language, key)}, attached)
        return "done"
