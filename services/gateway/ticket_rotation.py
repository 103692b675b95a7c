"""Seals anew what another key has sealed in tickets, beside the rotation of invitations."""

from uuid import uuid5

import structlog

from services.gateway.rotation import GATEWAY
from shared.broker import Broker
from shared.dispatch import Handled
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.tickets.seals import (
    FindOutdatedSeals,
    RenewedTicketSeal,
    ReplaceSeals,
    SealsOutdated,
    TicketSeal,
    TicketSealPlace,
)
from shared.sealing import SealBroken, Sealer

log = structlog.get_logger()


class TicketRotation:
    """Seals batch after batch; a message carries it on, no memory."""

    def __init__(self, sealer: Sealer, broker: Broker) -> None:
        """Take the key ring and the service's broker."""
        self._sealer = sealer
        self._broker = broker

    async def begin(self) -> None:
        """Ask for the first texts under another key; raises one of BROKER_AWAY."""
        find = FindOutdatedSeals(actor=GATEWAY, key_id=self._sealer.key_id)
        await self._publish(Envelope.first(find))

    async def handle(self, envelope: Envelope, found: SealsOutdated) -> Handled:
        """Seal one batch anew, and ask for the next."""
        if found.key_id != self._sealer.key_id:
            # Asked by a replica that seals otherwise: it would undo this, so it asks again.
            log.info("rotation.left", key_id=found.key_id)
            return "done"
        last = found.texts[-1]
        command = ReplaceSeals(
            actor=GATEWAY,
            key_id=found.key_id,
            texts=[each for text in found.texts if (each := self._resealed(text))],
            after=TicketSealPlace(row=last.row, column=last.column),
        )
        await self._publish(envelope.caused(command, id=uuid5(envelope.id, "reseal")))
        log.info("seals.replaced", key_id=found.key_id, texts=len(command.texts))
        return "done"

    def _resealed(self, text: TicketSeal) -> RenewedTicketSeal | None:
        try:
            opened = self._sealer.open(text.sealed, column=text.column, row=text.row)
        except SealBroken as error:
            log.error("seal.unopened", column=text.column, reason=str(error))  # noqa: TRY400 - the reason says it all
            return None
        sealed = self._sealer.seal(opened, column=text.column, row=text.row)
        return RenewedTicketSeal(
            row=text.row, column=text.column, outdated=text.sealed, sealed=sealed
        )

    async def _publish(self, envelope: Envelope) -> None:
        await self._broker.publish(COMMANDS, envelope.name, envelope)
