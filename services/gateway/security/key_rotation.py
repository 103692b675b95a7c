"""Re-encrypts what an older key has encrypted, so that the key can leave the ring."""

import asyncio
from uuid import uuid5

import structlog

from shared.broker import Broker
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

# Repeated, because during a release the older replicas still use the older key.
PAUSE_SECONDS = 3600.0
AWAY_SECONDS = 5.0
GATEWAY = Actor(user_id="0", name="gateway")

log = structlog.get_logger()


class KeyRotation:
    """Asks for texts under other keys, batch by batch; its state is only in the messages."""

    def __init__(
        self,
        sealer: Sealer,
        broker: Broker,
        find: type[FindsOutdated],
        replace: type[ReplacesOutdated],
    ) -> None:
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

    async def renew(self, envelope: Envelope, found: TellsOutdated) -> None:
        """Re-encrypt one batch, and ask for the next."""
        if found.key_id != self._sealer.key_id:
            # Another replica, with another key, has asked; it asks again by itself.
            log.info("rotation.left", key_id=found.key_id)
            return
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
