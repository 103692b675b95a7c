"""How the seals of tickets are renewed."""

from shared.messages.seals import FindsOutdated, ReplacesOutdated, TellsOutdated


class FindOutdatedSeals(FindsOutdated):
    """The gateway wants what another key has sealed in tickets, a batch `after` a place."""


class ReplaceSeals(ReplacesOutdated):
    """The gateway has sealed a batch of tickets' texts again, and asks for the next."""


class SealsOutdated(TellsOutdated):
    """Texts of tickets that another key than `key_id` sealed; more may come after them."""
