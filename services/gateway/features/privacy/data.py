"""Passes a member's export or erasure from the first service to the second.

Its state is only in the messages, so that a crash of any process loses nothing.
"""

import hashlib
import json
from typing import Any
from uuid import uuid5

import structlog
from pydantic_core import to_json

from services.gateway.discord.interactions import Pressed, check_member, press_id_of
from services.gateway.discord.rest import Attached
from services.gateway.features.privacy.views import export_name
from services.gateway.i18n.translate import Language, language_of, translate
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Command, Envelope, ReplyTo
from shared.messages.invitations import mine as of_invitations
from shared.messages.invitations.export import MemberExport
from shared.messages.replies import CommandAccepted, DataExported
from shared.messages.tickets import mine as of_tickets
from shared.messages.tickets import replies
from shared.messages.tickets.export import TicketsExport
from shared.proofs import Unproven
from shared.sealing import SealBroken, Sealer, text_of

# What a host typed in a draft, and what it is sealed as.
DRAFT_TEXTS = {"typed": "draft_typed", "typed_description": "draft_description"}

log = structlog.get_logger()


class MemberData:
    """Asks the second service, and makes the file of what both have replied."""

    def __init__(self, sealer: Sealer, broker: Broker) -> None:
        self._sealer = sealer
        self._broker = broker

    async def go_on_with_tickets(self, envelope: Envelope, exported: replies.DataExported) -> None:
        """Ask for the next part of tickets; after the last one, hand it to the other service.

        That one answers with its own first part beside it. Raises Unproven if the answer is for
        another member.
        """
        pressed = check_member(exported, exported.actor.user_id, self._sealer)
        if exported.next is not None:
            more = of_tickets.ExportMyData(
                actor=exported.actor,
                reply_to=exported.reply_to,
                part=exported.part + 1,
                after=exported.next,
            )
            await self._ask(envelope, more, more.part)
            return
        # Only the texts that tickets has exported for this press are opened in the end.
        handed = pressed._replace(about=_fingerprint(exported.export))
        rest = of_invitations.ExportMyData(
            actor=exported.actor,
            reply_to=self._handed(exported.reply_to, handed, of_invitations.ExportMyData),
            part=exported.part,
            tickets=exported.export,
        )
        await self._ask(envelope, rest, rest.part)

    async def go_on(self, envelope: Envelope, exported: DataExported) -> None:
        """Ask the invitations service for the next part, if there is one.

        Raises Unproven if the answer is for another member.
        """
        if exported.next is None or exported.actor is None:
            return
        check_member(exported, exported.actor.user_id, self._sealer)
        command = of_invitations.ExportMyData(
            actor=exported.actor,
            reply_to=exported.reply_to,
            part=exported.export.part + 1,
            after=exported.next,
        )
        await self._ask(envelope, command, command.part)

    async def erase_on(self, envelope: Envelope, accepted: CommandAccepted) -> bool:
        """Have the member erased from tickets too; tell whether an answer is still to come.

        Only afterwards: the invitations service may refuse, and then nothing is erased anywhere.
        Raises Unproven if another member pressed.
        """
        user_id = accepted.details.get("user_id")
        if accepted.command != of_invitations.EraseMyData.wire_name() or not user_id:
            return False
        pressed = check_member(accepted, str(user_id), self._sealer)
        name = translate(language_of(accepted.reply_to.locale), "label-erased")
        actor = Actor(user_id=str(user_id), name=name)
        to = self._handed(accepted.reply_to, pressed, of_tickets.EraseMyData)
        await self._ask(envelope, of_tickets.EraseMyData(actor=actor, reply_to=to))
        return True

    def file(self, exported: DataExported, language: Language) -> Attached:
        """Make the file of a part; what the member typed in tickets is opened in it.

        Raises Unproven if it is about another member, or holds other texts than tickets exported.
        """
        pressed = check_member(exported, exported.export.user_id, self._sealer)
        everything = exported.export.model_dump(mode="json")
        for each in everything["open_drafts"]:
            for name, column in DRAFT_TEXTS.items():
                self._open(each, name, column, each["request_id"], language)
        if exported.tickets is not None:
            if pressed.command and pressed.about != _fingerprint(exported.tickets):
                raise Unproven("wrong_export")
            everything["tickets"] = self._opened(exported.tickets, language)
        name = export_name(exported.export.part, is_last=exported.export.is_last)
        return name, json.dumps(everything, ensure_ascii=False, indent=2)

    def file_of_tickets(self, exported: replies.DataExported, language: Language) -> Attached:
        """Make the file of a part that holds tickets alone, in front of the others.

        Raises Unproven if it is about another member.
        """
        check_member(exported, exported.actor.user_id, self._sealer)
        said = {
            "format": MemberExport.model_fields["format"].default,
            "user_id": exported.actor.user_id,
            "part": exported.part,
            "is_last": False,
            "tickets": self._opened(exported.export, language),
        }
        name = export_name(exported.part, is_last=False)
        return name, json.dumps(said, ensure_ascii=False, indent=2)

    def _opened(self, tickets: TicketsExport, language: Language) -> dict[str, Any]:
        opened = tickets.model_dump(mode="json")
        for each in opened["tickets"]:
            self._open(each, "subject", "ticket_subject", each["request_id"], language)
            self._open(each, "close_reason", "close_reason", each["id"], language)
        for each in opened["requests"]:
            for name in ("subject", "details"):
                self._open(each, name, f"ticket_{name}", each["request_id"], language)
        return opened

    def _open(
        self, fields: dict[str, Any], name: str, column: str, row: str, language: Language
    ) -> None:
        if fields[name] is None:
            return
        try:
            fields[name] = self._sealer.open(fields[name], column=column, row=row)
        except SealBroken as error:
            log.error("text.unopened", column=column, reason=str(error))
            fields[name] = translate(language, "reveal-broken")

    def _handed(self, to: ReplyTo, pressed: Pressed, command: type[Command]) -> ReplyTo:
        """Return where the answer to the next command goes, bound to that command."""
        bound = pressed._replace(command=command.wire_name())
        token = bound.sealed_in(to.interaction_id, self._sealer)
        return to.model_copy(update={"token": token})

    async def _ask(self, envelope: Envelope, command: Command, part: int = 1) -> None:
        # One id for each press and part: the inbox knows a command that a repeated reply leads to.
        press = press_id_of(command.interaction_id or "")
        own = uuid5(press, f"{command.wire_name()} {part}")
        asked = envelope.caused(command, id=own)
        await self._broker.publish(COMMANDS, asked.name, asked)


def _fingerprint(tickets: TicketsExport) -> str:
    """Return a hash of the sealed texts in an export, and of the rows that they are bound to."""
    texts: list[object] = [(t.id, t.request_id, t.subject, t.close_reason) for t in tickets.tickets]
    texts += [(r.request_id, r.subject, r.details) for r in tickets.requests]
    return text_of(hashlib.sha256(to_json(texts)).digest()[:16])
