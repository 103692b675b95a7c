"""The handle a test holds after a person acted: wait for the modal, the choices, the answer."""

import copy
from collections.abc import Callable

from playground.interactions import CHOICES, MODAL, Interaction
from playground.refusals import Payload
from playground.world import World


class Press:
    """One interaction as the person who started it lives through it."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def id(self) -> str:
        """Give the interaction's id."""
        return self.interaction.id

    @property
    def token(self) -> str:
        """Give the interaction's token: a bearer secret for fifteen minutes."""
        return self.interaction.token

    @property
    def user_id(self) -> str:
        """Give the id of the person who acted."""
        return self.interaction.user_id

    @property
    def has_failed(self) -> bool:
        """Say whether the person reads that the interaction failed."""
        return self.interaction.has_failed(self._world.clock.now())

    def current(self) -> Payload | None:
        """Give the answer as it stands now, or None while there is none or it is thinking."""
        return copy.deepcopy(self._answer())

    def _answer(self) -> Payload | None:
        message = self._world.messages.get(self.interaction.answer_id() or "")
        return message.payload if message else None

    async def acknowledged(self, timeout_seconds: float = 20.0) -> Payload:
        """Wait for the first answer and give the callback's body."""
        return await self._wait(lambda: self.interaction.callback, timeout_seconds)

    async def modal(self, timeout_seconds: float = 20.0) -> Payload:
        """Wait for a modal and give it."""
        return await self._callback(MODAL, timeout_seconds)

    async def choices(self, timeout_seconds: float = 20.0) -> list[Payload]:
        """Wait for suggestions and give them."""
        callback = await self._callback(CHOICES, timeout_seconds)
        return list(callback["choices"])

    async def answer(self, timeout_seconds: float = 20.0) -> Payload:
        """Wait until the bot has really answered, not only is thinking; give the message."""
        return await self._wait(self._answer, timeout_seconds)

    async def wait_for(
        self, is_it: Callable[[Payload], bool], timeout_seconds: float = 20.0
    ) -> Payload:
        """Wait until the answer has become what is wished; give the message."""

        def look() -> Payload | None:
            message = self._answer()
            return message if message is not None and is_it(message) else None

        return await self._wait(look, timeout_seconds)

    async def failed(self, timeout_seconds: float = 20.0) -> None:
        """Wait until the person reads that the interaction failed."""
        await self._wait(lambda: self.has_failed or None, timeout_seconds)

    async def _callback(self, kind: int, timeout_seconds: float) -> Payload:
        def look() -> Payload | None:
            callback = self.interaction.callback
            return callback if callback is not None and callback["type"] == kind else None

        callback = await self._wait(look, timeout_seconds)
        return dict(callback["data"])

    async def _wait(
        self, look: Callable[[], "Payload | bool | None"], timeout_seconds: float
    ) -> Payload:
        found = await self._world.changes.wait_for(look, timeout_seconds, self._describe)
        return copy.deepcopy(found) if isinstance(found, dict) else {}

    def _describe(self) -> str:
        message = self.current()
        said = f"; it reads: {message['content']!r} {message['embeds']}" if message else ""
        return (
            f"Waited for the answer to interaction {self.id}: {self.interaction.describe()}{said}"
        )
