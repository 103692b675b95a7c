"""Seals anew what another key has sealed, so that an old key can leave the ring."""

import asyncio
from uuid import uuid5

import structlog

from shared.broker import Broker
from shared.dispatch import Handled
from shared.errors import is_server_error
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Envelope
from shared.messages.seals import (
    FindsOutdated,
    ReplacesOutdated,
    ResealedText,
    SealedText,
    SealPlace,
    TellsOutdated,
)
from shared.sealing import SealBroken, Sealer

# Again and again: while replicas change one after the other, older ones seal with the older key.
PAUSE_SECONDS = 3600.0
AWAY_SECONDS = 5.0
GATEWAY = Actor(user_id="0", name="gateway")

log = structlog.get_logger()


class KeyRotation:
    """Asks for texts under other keys, batch after batch; a message carries it on, no memory."""

    def __init__(
        self,
        sealer: Sealer,
        broker: Broker,
        find: type[FindsOutdated],
        replace: type[ReplacesOutdated],
    ) -> None:
        """Take the key ring, the service's broker, and the commands of who keeps the texts."""
        self._sealer = sealer
        self._broker = broker
        self._find = find
        self._replace = replace

    async def run(self) -> None:
        """Look for outdated seals at the start, and every hour."""
        while True:
            find = self._find(actor=GATEWAY, key_id=self._sealer.key_id)
            try:
                await self._publish(Envelope.first(find))
            except Exception as error:
                if not is_server_error(error):
                    raise
                log.warning("rotation.paused", reason=type(error).__name__)
                await asyncio.sleep(AWAY_SECONDS)
            else:
                await asyncio.sleep(PAUSE_SECONDS)

    async def handle(self, envelope: Envelope, found: TellsOutdated) -> Handled:
        """Seal one batch anew, and ask for the next."""
        if found.key_id != self._sealer.key_id:
            # Asked by a replica that seals otherwise: it would undo this, so it asks again.
            log.info("rotation.left", key_id=found.key_id)
            return "done"
        texts = [each for text in found.texts if (each := self._resealed(text))]
        last = found.texts[-1]
        command = self._replace(
            actor=GATEWAY,
            key_id=found.key_id,
            texts=texts,
            after=SealPlace(row=last.row, column=last.column),
        )
        await self._publish(envelope.caused(command, id=uuid5(envelope.id, "reseal")))
        log.info("seals.replaced", key_id=found.key_id, texts=len(texts))
        return "done"

    def _resealed(self, text: SealedText) -> ResealedText | None:
        try:
            opened = self._sealer.open(text.sealed, column=text.column, row=text.row)
        except SealBroken as error:
            log.error("seal.unopened", column=text.column, reason=str(error))
            return None
        sealed = self._sealer.seal(opened, column=text.column, row=text.row)
        return ResealedText(row=text.row, column=text.column, outdated=text.sealed, sealed=sealed)

    async def _publish(self, envelope: Envelope) -> None:
        await self._broker.publish(COMMANDS, envelope.name, envelope)
