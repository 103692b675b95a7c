"""What can be read by HTTP: `GET /api/invitations`, and calendars at their secret addresses."""

import hashlib
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.invitations import calendars, feeds, lists, repository
from shared.database import AWAY, Pool
from shared.messages.envelope import Snowflake
from shared.messages.invitations.details import Status, Tag
from shared.messages.views import InvitationList

PAGE = 20


class ListQuery(BaseModel):
    """What the list can be asked for."""

    model_config = ConfigDict(extra="forbid")

    tag: Tag | None = None
    status: Status | None = None
    host: Snowflake | None = None
    cursor: lists.Place | None = None
    limit: int = Field(PAGE, ge=1, le=100)


class DetailPath(BaseModel):
    """Which invitation."""

    id: Snowflake


class CalendarQuery(BaseModel):
    """In which language a calendar is read."""

    lang: feeds.Language = "ja"


class Api:
    """The routes, over one pool."""

    def __init__(self, pool: Pool) -> None:
        """Take the service's pool."""
        self._pool = pool

    def routes(self) -> list[web.RouteDef]:
        """Give the routes for the service's web application."""
        return [
            web.get("/api/invitations", self.list_invitations),
            web.get("/api/invitations/{id}", self.show_invitation),
            web.get("/calendars/{token}.ics", self.show_calendar),
        ]

    async def list_invitations(self, request: web.Request) -> web.Response:
        """List invitations by tag and status, soonest first (Q1), or a host's, newest first."""
        try:
            found = await self._page(ListQuery.model_validate(dict(request.query)))
        except ValidationError as error:
            return _problem(400, _field(error), "wrong value")
        except AWAY:
            return _problem(503, None, "the database cannot be reached")
        return _json(found)

    async def show_invitation(self, request: web.Request) -> web.Response:
        """Show one invitation with its participants (Q2)."""
        try:
            path = DetailPath.model_validate(dict(request.match_info))
            found = await repository.view(self._pool, path.id)
        except ValidationError as error:
            return _problem(400, _field(error), "wrong value")
        except AWAY:
            return _problem(503, None, "the database cannot be reached")
        return _json(found) if found else _problem(404, "id", "no such invitation")

    async def show_calendar(self, request: web.Request) -> web.Response:
        """Show the calendar that an address leads to.

        The secret is looked up by its hash, the same work for every wrong one.
        """
        token = request.match_info["token"].encode(errors="replace")
        try:
            query = CalendarQuery.model_validate(dict(request.query))
            owner = await calendars.owner_of(self._pool, hashlib.sha256(token).digest())
            entries = await calendars.entries(self._pool, owner) if owner else []
        except ValidationError as error:
            return _problem(400, _field(error), "wrong value")
        except AWAY:
            return _problem(503, None, "the database cannot be reached")
        if owner is None:
            return _problem(404, None, "no such calendar")
        return _calendar(request, feeds.write(owner, entries, query.lang))

    async def _page(self, query: ListQuery) -> InvitationList:
        if query.host:
            wanted = lists.Wanted(query.tag, query.status)
            return await lists.newest_of_host(
                self._pool, query.host, wanted, query.cursor, query.limit
            )
        status = query.status or "recruiting"
        return await lists.soonest_first(self._pool, status, query.tag, query.cursor, query.limit)


def _json(model: BaseModel) -> web.Response:
    return web.Response(body=model.model_dump_json().encode(), content_type="application/json")


def _calendar(request: web.Request, body: bytes) -> web.Response:
    """Give a calendar, unless the reader has this very one."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    known = request.if_none_match or ()
    is_known = any(each.value == etag for each in known)
    response = web.Response(status=304) if is_known else web.Response(body=body)
    response.etag = etag
    response.headers["Cache-Control"] = "private, max-age=300"
    if not is_known:
        response.content_type, response.charset = "text/calendar", "utf-8"
    return response


def _field(error: ValidationError) -> str:
    return ".".join(map(str, error.errors()[0]["loc"]))


def _problem(status: int, field: str | None, title: str) -> web.Response:
    """Say what is wrong as RFC 9457 does."""
    problem: dict[str, Any] = {"title": title, "status": status}
    if field:
        problem["field"] = field
    return web.json_response(problem, status=status, content_type="application/problem+json")
