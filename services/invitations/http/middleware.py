"""What wraps the HTTP API: a rate limit for each client, and CORS."""

import math
from collections.abc import Collection, Iterable
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import Counter

from services.invitations.http import problems
from services.invitations.http.client_ip import Clients
from services.invitations.http.problems import Kind
from services.invitations.settings import Settings
from shared.messages.views import POSITION_HEADER
from shared.rate_limiter import Limiter

ANY = "*"
POLICY_HEADER, LIMIT_HEADER = "RateLimit-Policy", "RateLimit"
# What a page may send beside what any may: not the token, which each of its visitors could read.
SENT_BY_PAGES = f"{hdrs.IF_NONE_MATCH}, {POSITION_HEADER}"
PREFLIGHT_KEPT_SECONDS = "7200"  # no browser keeps it longer than two hours

HTTP_REQUESTS_LIMITED = Counter(
    "http_requests_limited_total", "Requests refused because their client asks too often."
)


def middlewares(settings: Settings) -> list[Middleware]:
    """Return the middlewares. CORS wraps the others, so that browsers can read a refusal."""
    return [*([shared_with(settings.cors_origins)] if settings.cors_origins else []), refusals]


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a path or method that is not there by a problem, where aiohttp has plain text."""
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        response = problems.response(Kind.METHOD_NOT_ALLOWED)
        response.headers[hdrs.ALLOW] = ",".join(sorted(error.allowed_methods))
        return response
    except web.HTTPNotFound:
        return problems.response(Kind.NOT_FOUND)


def limited(settings: Settings, routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """Limit how often a client may ask at these routes together."""
    limiter = Limiter(settings.api_requests_per_second, settings.api_requests_at_once)
    clients = Clients(settings.trusted_networks)

    def limit(handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            forwarded_for = request.headers.getall(hdrs.X_FORWARDED_FOR, ())
            client = clients.name(request.remote or "", forwarded_for)
            if client is None:
                return await handler(request)
            wait = limiter.take(client)
            response = _too_often(wait) if wait else await handler(request)
            if not response.prepared:  # a stream has sent its headers
                _say_limit(response, limiter, client)
            return response

        return answer

    return [
        web.route(each.method, each.path, limit(each.handler), **each.kwargs) for each in routes
    ]


def shared_with(origins: Collection[str]) -> Middleware:
    """Return CORS for these origins, or for any: the API uses no cookies."""

    @web.middleware
    async def share(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN)
        is_allowed = origin is not None and (origin in origins or ANY in origins)
        if is_allowed and _is_preflight(request):
            response: web.StreamResponse = web.Response(status=HTTPStatus.NO_CONTENT)
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = "GET, HEAD"
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = SENT_BY_PAGES
            response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = PREFLIGHT_KEPT_SECONDS
        else:
            response = await handler(request)
        if is_allowed:
            allowed = ANY if ANY in origins else str(origin)
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = allowed
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = ANY
        # A cache between must not hand one origin's answer to another.
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        return response

    return share


def _is_preflight(request: web.Request) -> bool:
    asks = hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    return request.method == hdrs.METH_OPTIONS and asks


def _say_limit(response: web.StreamResponse, limiter: Limiter, client: str) -> None:
    """Say how often the client may ask, as draft-ietf-httpapi-ratelimit-headers-10 writes it."""
    remaining, seconds = limiter.left(client)
    window = math.ceil(limiter.at_once * limiter.interval)
    response.headers[POLICY_HEADER] = f'"client";q={limiter.at_once};w={window}'
    response.headers[LIMIT_HEADER] = f'"client";r={remaining};t={math.ceil(seconds)}'


def _too_often(wait: float) -> web.Response:
    HTTP_REQUESTS_LIMITED.inc()
    seconds = math.ceil(wait)
    response = problems.response(Kind.TOO_OFTEN, detail=f"ask again in {seconds} s")
    response.headers[hdrs.RETRY_AFTER] = str(seconds)
    return response
