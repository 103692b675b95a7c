"""Passes a member's export or erasure from the first service to the second.

Its state is only in the messages, so that a crash of any process loses nothing.
"""

import json
from typing import Any
from uuid import uuid5

import structlog

from services.gateway.discord.interactions import opened_token
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
from shared.sealing import SealBroken, Sealer

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
        self._check_member(exported.reply_to, exported.actor.user_id)
        if exported.next is not None:
            more = of_tickets.ExportMyData(
                actor=exported.actor,
                reply_to=exported.reply_to,
                part=exported.part + 1,
                after=exported.next,
            )
            await self._ask(envelope, more)
            return
        rest = of_invitations.ExportMyData(
            actor=exported.actor,
            reply_to=exported.reply_to,
            part=exported.part,
            tickets=exported.export,
        )
        await self._ask(envelope, rest)

    async def go_on(self, envelope: Envelope, exported: DataExported) -> None:
        """Ask the invitations service for the next part, if there is one.

        Raises Unproven if the answer is for another member.
        """
        if exported.next is None or exported.actor is None:
            return
        self._check_member(exported.reply_to, exported.actor.user_id)
        command = of_invitations.ExportMyData(
            actor=exported.actor,
            reply_to=exported.reply_to,
            part=exported.export.part + 1,
            after=exported.next,
        )
        await self._ask(envelope, command)

    async def erase_on(self, envelope: Envelope, accepted: CommandAccepted) -> bool:
        """Have the member erased from tickets too; tell whether an answer is still to come.

        Only afterwards: the invitations service may refuse, and then nothing is erased anywhere.
        Raises Unproven if another member pressed.
        """
        user_id = accepted.details.get("user_id")
        if accepted.command != of_invitations.EraseMyData.wire_name() or not user_id:
            return False
        self._check_member(accepted.reply_to, str(user_id))
        name = translate(language_of(accepted.reply_to.locale), "label-erased")
        actor = Actor(user_id=str(user_id), name=name)
        command = of_tickets.EraseMyData(actor=actor, reply_to=accepted.reply_to)
        await self._ask(envelope, command)
        return True

    def file(self, exported: DataExported, language: Language) -> Attached:
        """Make the file of a part; what the member typed in tickets is opened in it."""
        everything = exported.export.model_dump(mode="json")
        if exported.tickets is not None:
            everything["tickets"] = self._opened(exported.tickets, language)
        name = export_name(exported.export.part, is_last=exported.export.is_last)
        return name, json.dumps(everything, ensure_ascii=False, indent=2)

    def file_of_tickets(self, exported: replies.DataExported, language: Language) -> Attached:
        """Make the file of a part that holds tickets alone, in front of the others."""
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
            log.error("ticket.unopened", column=column, reason=str(error))
            fields[name] = translate(language, "reveal-broken")

    def _check_member(self, to: ReplyTo, user_id: str) -> None:
        """Check that a service names the member who pressed: the gateway proves what follows."""
        try:
            pressed_by, _ = opened_token(to, self._sealer)
        except SealBroken:
            raise Unproven("wrong_member") from None
        if pressed_by != user_id:
            raise Unproven("wrong_member")

    async def _ask(self, envelope: Envelope, command: Command) -> None:
        # A repeated reply asks with the same id, and the inbox knows it.
        asked = envelope.caused(command, id=uuid5(envelope.id, "own data"))
        await self._broker.publish(COMMANDS, asked.name, asked)
