"""The miniature Discord: REST, gateway and a page, faithful enough that the real disnake connects.

It stands in for Discord alone, on loopback, for tests, the demo and newcomers without a token.

* ``server`` – what tests hold: ``await MiniatureDiscord.start()``; with ``guild_control``
  (guilds, roles, channels, permissions), ``watching`` and ``press``
* ``demo`` – the guild VRC同期会, its channels and people, under fixed ids
* ``world`` and ``guilds`` – the state; ``payloads`` and ``writing`` fill it with Discord's objects
* ``permissions`` – the bits and how they are computed; ``access`` – what each REST call asks for
* ``rest`` and ``rest_*`` – the HTTP API; ``gateway`` and ``intents`` – the websocket;
  ``interactions`` – the clocks
* ``validation_*`` – what Discord refuses
* ``people``, ``command_forms``, ``component_forms``, ``choosing`` – what people do, and what their
  client refuses
* ``rate_limits``, ``session_limits``, ``close_codes`` – how often Discord may be asked
* ``faults`` – what goes wrong, on demand
* ``page`` and ``static/`` – the page in the browser
"""

from playground.faults import Fault
from playground.press import Press
from playground.refusals import ClientRefusal
from playground.server import MiniatureDiscord

__all__ = ["ClientRefusal", "Fault", "MiniatureDiscord", "Press"]
