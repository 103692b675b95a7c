"""Serve the page in the browser, and the small JSON API it speaks."""

from aiohttp import web

from playground.gateway import Gateway
from playground.world import World


class Page:
    """The page of one world."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Show this world."""
        self._world = world
        self._gateway = gateway

    def mount(self, app: web.Application) -> None:
        """Enter the page's addresses."""

    def close(self) -> None:
        """End the live updates of every open page."""
