"""What can be read by HTTP: invitations, and by a member's secret their calendar and history."""

import json
from functools import lru_cache, partial
from hashlib import sha256

from aiohttp import web
from yarl import URL

from services.invitations.cache import Cache
from services.invitations.feed.tail import Tail
from services.invitations.http import ical, openapi
from services.invitations.http.access import Access, Tokens
from services.invitations.http.answers import answer
from services.invitations.http.events import Events
from services.invitations.http.queries import (
    CalendarQuery,
    DetailPath,
    DetailQuery,
    DraftQuery,
    GuildPath,
    HistoryQuery,
    HostPath,
    ImagePath,
    ListQuery,
    PlacesQuery,
    Seen,
)
from services.invitations.http.questions import read
from services.invitations.http.responses import PARTICIPANTS_HIDDEN, Found
from services.invitations.quotas import Quotas
from services.invitations.sql import (
    calendars,
    guilds,
    history,
    host_drafts,
    images,
    invitations,
    lists,
    repairs,
    templates,
)
from shared.database import Reader
from shared.messages.invitations.drafting import DraftList
from shared.messages.invitations.templates import TemplateList
from shared.messages.views import POSITION_HEADER, MemberHistory
from shared.proofs import CommandKeys
from shared.read_router import ReadRouter, ReadSession


class Api:
    """The routes, over a read router and one cache."""

    def __init__(self, reads: ReadRouter, cache: Cache, keys: CommandKeys, quotas: Quotas) -> None:
        self._quotas = quotas
        self._reads = reads
        self._cache = cache
        self._tokens = Tokens(keys, reads)
        self.tail = Tail(reads)
        self._events = Events(reads, self.tail, self._tokens)

    def routes(self) -> list[web.RouteDef]:
        """Give the routes for the service's web application."""
        return [
            web.get("/api/invitations", partial(answer, self._list)),
            web.get("/api/invitations/{id}", partial(answer, self._show)),
            web.get("/api/guilds/{guild_id}/settings", partial(answer, self._guild)),
            web.get("/api/guilds/{guild_id}/places", partial(answer, self._places)),
            web.get("/api/guilds/{guild_id}/hosts/{host_id}/drafts", partial(answer, self._drafts)),
            web.get(
                "/api/guilds/{guild_id}/hosts/{host_id}/templates",
                partial(answer, self._templates),
            ),
            web.get("/api/guilds/{guild_id}/images/{name}", partial(answer, self._image)),
            web.get("/api/members/{token}/history", partial(answer, self._history)),
            web.get("/calendars/{token}.ics", partial(answer, self._calendar)),
            web.get("/api/events", partial(answer, self._events.answer)),
            web.get("/api/openapi.json", partial(answer, _description)),
        ]

    async def _list(self, request: web.Request) -> Found:
        """List invitations by tag and status, soonest first (Q1), or a host's, newest first."""
        access = await self._tokens.access(request)
        query, page = _asked(request.rel_url.raw_query_string, access)
        if page is not None and POSITION_HEADER not in request.headers:  # what is kept may be older
            return _kept(await self._cache.read(page))
        session = self._session(request)
        wanted = lists.Wanted(
            query.tag, query.status, query.guild, access.sees(query.guild), words=query.words
        )
        if query.host:
            found = await lists.newest_of_host(
                session, query.host, wanted, query.cursor, query.limit
            )
        else:
            found = await lists.soonest_first(session, wanted, query.cursor, query.limit)
        return Found(found, position=session.position)

    async def _show(self, request: web.Request) -> Found | None:
        """Show one invitation (Q2), with its participants to a reader with a token."""
        path, query = read(DetailPath, request.match_info), read(DetailQuery, request.query)
        session, access = self._session(request), await self._tokens.access(request)
        view = await invitations.view(session, path.id)
        if view is None or query.guild not in (None, view.guild_id):
            return None
        if not access.sees(view.guild_id):
            if not (await guilds.view(session, view.guild_id)).is_listed:
                return None
            view = view.model_copy(update=PARTICIPANTS_HIDDEN)
        return Found(lists.as_json(view), position=session.position)

    async def _guild(self, request: web.Request) -> Found:
        """Show the settings of a guild to the gateway alone."""
        self._tokens.check_gateway(request)
        path = read(GuildPath, request.match_info)
        view = await guilds.view(self._reads.session(), path.guild_id)
        return Found(lists.as_json(view), cache_control="private, no-cache")

    async def _places(self, request: web.Request) -> Found:
        """Show the gateway alone where a guild's invitations stand on Discord."""
        self._tokens.check_gateway(request)
        path, query = read(GuildPath, request.match_info), read(PlacesQuery, request.query)
        found = await repairs.places(self._reads.session(), path.guild_id, query.after)
        return Found(lists.as_json(found), cache_control="private, no-cache")

    async def _drafts(self, request: web.Request) -> Found:
        """Show the drafts of a host in a guild, or one of them, to the gateway alone."""
        self._tokens.check_gateway(request)
        path, query = read(HostPath, request.match_info), read(DraftQuery, request.query)
        found, count = await host_drafts.of_host(
            self._reads.session(), path.guild_id, path.host_id, query.draft
        )
        most = self._quotas.of_guild(path.guild_id).drafts
        body = lists.as_json(DraftList(drafts=found, count=count, most=most))
        return Found(body, cache_control="private, no-store")

    async def _templates(self, request: web.Request) -> Found:
        """Show the templates that a host can open in a guild to the gateway alone."""
        self._tokens.check_gateway(request)
        path = read(HostPath, request.match_info)
        found = await templates.of_host(self._reads.session(), path.guild_id, path.host_id)
        body = lists.as_json(TemplateList(templates=found))
        return Found(body, cache_control="private, no-store")

    async def _image(self, request: web.Request) -> Found | None:
        """Give the gateway alone the picture of a guild's draft or open event."""
        self._tokens.check_gateway(request)
        path = read(ImagePath, request.match_info)
        content = await images.content(self._reads.session(), path.guild_id, path.name)
        if content is None:
            return None
        return Found(content, "application/octet-stream", "private, no-store")

    async def _calendar(self, request: web.Request) -> Found | None:
        """Show the calendar that an address leads to.

        The secret is looked up by its hash: a wrong one costs as long as the right one.
        """
        query = read(CalendarQuery, request.query)
        session = self._reads.session()
        owner = await _owner(request, session)
        if owner is None:
            return None
        entries = await calendars.entries(session, owner)
        body = ical.write(owner, entries, query.lang)
        return Found(body, "text/calendar; charset=utf-8", "private, max-age=300")

    async def _history(self, request: web.Request) -> Found | None:
        """Show what a member took part in (Q3), by the secret of their calendar."""
        query = read(HistoryQuery, request.query)
        session = self._reads.session()
        owner = await _owner(request, session)
        if owner is None or owner.kind != "member":
            return None
        wanted = lists.Wanted(query.tag, query.status, query.guild)
        entries, around = await history.newest_first(
            session, owner.id, wanted, query.cursor, query.limit
        )
        page = MemberHistory(entries=entries, next=around.next, previous=around.previous)
        return Found(lists.as_json(page), cache_control="private, no-cache")

    def _session(self, request: web.Request) -> ReadSession:
        """Begin a session, at the position that a reader names or later."""
        named = request.headers.get(POSITION_HEADER)
        if named is None:
            return self._reads.session()
        seen = read(Seen, {POSITION_HEADER: named})
        return self._reads.session(None if seen.position is None else int(seen.position))


async def _owner(request: web.Request, reader: Reader) -> calendars.Owner | None:
    token = request.match_info["token"].encode(errors="replace")
    return await calendars.owner_of(reader, sha256(token).digest())


async def _description(_request: web.Request) -> Found:
    return Found(json.dumps(openapi.document()).encode())


@lru_cache(256)
def _asked(text: str, access: Access) -> tuple[ListQuery, lists.FirstPage | None]:
    """Read what a list is asked for, and which kept page that is if any: many ask the same."""
    query = read(ListQuery, URL.build(query_string=text, encoded=True).query)
    status = query.status or "recruiting"
    if query.host or query.cursor or query.words is not None or "," in status:
        return query, None
    # A list of every guild is the same for all readers.
    sees_unlisted = query.guild is not None and access.sees(query.guild)
    return query, lists.FirstPage(query.tag, status, query.limit, query.guild, sees_unlisted)


@lru_cache(64)
def _kept(body: bytes) -> Found:
    """Make an answer of a list that was kept: all who share a read of the cache share it too."""
    return Found(body)
