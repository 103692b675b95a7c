"""Sends what a route has found, or says what is wrong."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import hdrs, web
from prometheus_client import Counter

from services.invitations.feed.tail import Behind, TooManyFollowers
from services.invitations.http import problems
from services.invitations.http.access import TokenError
from services.invitations.http.problems import Kind
from services.invitations.http.questions import WrongValueError
from services.invitations.http.responses import Found
from shared import errors

HTTP_ERRORS = Counter(
    "http_errors_total",
    "Requests answered by 500: a bug, or a stored value that the API's own contract refuses.",
)

log = structlog.get_logger()


async def answer(
    find: Callable[[web.Request], Awaitable[Found | web.StreamResponse | None]],
    request: web.Request,
) -> web.StreamResponse:
    """Send what was found, or nothing to a reader that has it already, or the problem."""
    try:
        found = await find(request)
    except Exception as error:  # noqa: BLE001 - aiohttp would answer in plain text, uncounted
        return _problem(error)
    if found is None:
        return problems.response(Kind.NOT_FOUND, next(iter(request.match_info)))
    return found.answer(request) if isinstance(found, Found) else found


def _problem(error: Exception) -> web.Response:
    match error:
        case WrongValueError():
            return problems.response(Kind.WRONG_VALUE, error.field, error.reason)
        case TokenError():
            response = problems.response(Kind.TOKEN_NEEDED)
            response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
            return response
        case Behind():
            kind = Kind.NUMBER_NOT_GIVEN if error.is_ahead else Kind.EVENTS_NOT_KEPT
            return problems.response(kind, "after", oldest=error.oldest, newest=error.newest)
        case TooManyFollowers():
            return problems.response(Kind.TOO_MANY_FOLLOWERS)
    return problems.response(Kind.FAILED if failed(error) else Kind.DATABASE_AWAY)


def failed(error: Exception) -> bool:
    """Return whether it is our own mistake, and count it; else the database is away or busy."""
    if errors.classify(error) is not errors.Kind.PERMANENT:
        return False
    HTTP_ERRORS.inc()
    log.error("request.failed", exc_info=error)
    return True
