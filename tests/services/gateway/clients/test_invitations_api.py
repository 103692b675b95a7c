"""The gateway sends the position it must see, and none if it does not know one."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.clients.invitations_api import INVITATIONS_EVENTS, InvitationsApi
from shared.errors import Kind, classify
from shared.messages.views import POSITION_HEADER


async def test_a_read_after_events_names_the_newest_of_them() -> None:
    named: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        named.append(request.headers.get(POSITION_HEADER))
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/api/invitations/{id}", answer)
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        for heard in (None, 5, 3, 7):
            api.hear(INVITATIONS_EVENTS, heard)
            await api.invitation("1")
        assert named == [None, "5", "5", "7"]

        named.clear()
        api.hear(INVITATIONS_EVENTS, None)  # from a service that is older, and may tell of anything
        await api.invitation("1")
        api.hear(
            INVITATIONS_EVENTS, 6
        )  # an event that comes a second time says nothing of that one
        await api.invitation("1")
        api.hear(INVITATIONS_EVENTS, 8)
        api.hear("doukikai.events.tickets", 2**62)  # a position that is never reached
        await api.invitation("1")
        await api.newest("1")
        assert named == [None, None, "8", None]
        await api.close()


async def test_a_question_that_the_api_does_not_understand_is_not_asked_again() -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=400)

    app = web.Application()
    app.router.add_get("/api/invitations/{id}", answer)
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        with pytest.raises(RuntimeError) as raised:
            await api.invitation("1")
        assert classify(raised.value) is Kind.PERMANENT
        await api.close()
