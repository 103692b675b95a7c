"""Sealed texts of tickets on their way to the gateway and back, while another key takes over."""

from typing import Literal

from shared.messages.envelope import Command, Frozen, Reply
from shared.messages.seals import KeyId
from shared.messages.tickets.details import SealedWords


class TicketSealPlace(Frozen):
    """Where a sealed text of a ticket stands, and so what it is bound to."""

    row: str
    column: Literal["close_reason", "ticket_subject"]


class TicketSeal(TicketSealPlace):
    """A sealed text of a ticket and where it stands."""

    sealed: SealedWords


class RenewedTicketSeal(TicketSeal):
    """A text sealed anew, in place of `outdated` if that still stands there."""

    outdated: SealedWords


class FindOutdatedSeals(Command):
    """The gateway wants the texts that are sealed with another key, a batch `after` a place."""

    key_id: KeyId
    after: TicketSealPlace | None = None


class ReplaceSeals(Command):
    """The gateway has sealed a batch anew, and wants the next."""

    key_id: KeyId
    texts: list[RenewedTicketSeal]
    after: TicketSealPlace


class SealsOutdated(Reply):
    """Texts that are sealed with another key than `key_id`, and more may come after them."""

    key_id: KeyId
    texts: list[TicketSeal]
