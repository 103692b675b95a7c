"""The one router of buttons and forms: a custom id is decoded here, and its feature is called."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import structlog
from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction

from services.gateway.delivery.dispatcher import CommandDispatcher, Press
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.metrics import UNKNOWN_COMPONENTS
from shared.refusal import Refused

Click: TypeAlias = MessageInteraction[Any]
Modal: TypeAlias = ModalInteraction[Any]
Id = TypeVar("Id", bound=CustomId)
ClickHandler: TypeAlias = Callable[[Press[Click], Id], Awaitable[None]]
ModalHandler: TypeAlias = Callable[[Press[Modal], Id], Awaitable[None]]
Routes: TypeAlias = dict[str, tuple[type[CustomId], Callable[[Press[Any], Any], Awaitable[None]]]]

log = structlog.get_logger()


class Components:
    """What a feature does with its buttons and forms, by their custom ids."""

    def __init__(self, *others: "Components") -> None:
        self.buttons: Routes = {}
        self.forms: Routes = {}
        for other in others:
            _add(self.buttons, other.buttons)
            _add(self.forms, other.forms)

    def button(self, *kinds: type[Id]) -> Callable[[ClickHandler[Id]], ClickHandler[Id]]:
        """Register what a pressed button or a choice in a select does."""

        def register(handle: ClickHandler[Id]) -> ClickHandler[Id]:
            _add(self.buttons, {kind.name: (kind, handle) for kind in kinds})
            return handle

        return register

    def form(self, *kinds: type[Id]) -> Callable[[ModalHandler[Id]], ModalHandler[Id]]:
        """Register what a submitted form does."""

        def register(handle: ModalHandler[Id]) -> ModalHandler[Id]:
            _add(self.forms, {kind.name: (kind, handle) for kind in kinds})
            return handle

        return register


def _add(routes: Routes, more: Routes) -> None:
    if twice := routes.keys() & more.keys():
        raise ValueError(f"two handlers of one custom id: {twice}")
    routes.update(more)


class ComponentRouter(commands.Cog):
    """Answers every button and form, also one that no feature knows any more."""

    def __init__(self, dispatcher: CommandDispatcher, components: Components) -> None:
        self._dispatcher = dispatcher
        self._components = components

    @commands.Cog.listener("on_message_interaction")
    async def press(self, interaction: Click) -> None:
        """Call the handler of a button or a select."""
        async with self._dispatcher.tracked(interaction) as press:
            await _route(press, interaction.component.custom_id or "", self._components.buttons)

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Call the handler of a form."""
        async with self._dispatcher.tracked(interaction) as press:
            await _route(press, interaction.custom_id, self._components.forms)


async def _route(press: Press[Any], custom_id: str, routes: Routes) -> None:
    try:
        kind, handle = routes[custom_id.partition(":")[0]]
        decoded = kind.decode(custom_id)
    except (KeyError, ValueError):
        log.warning("component.unknown", custom_id=custom_id)
        UNKNOWN_COMPONENTS.inc()
        raise Refused("unknown_component") from None
    await handle(press, decoded)
