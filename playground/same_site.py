"""Refuses what a foreign web page sends: the play page is for the browser on this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler


@web.middleware
async def same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to a public host name (DNS rebinding) and to the origin of another page."""
    origin = request.headers.get(hdrs.ORIGIN)
    if not _is_local(request.url.host or ""):
        raise web.HTTPForbidden(text="Open this page at 127.0.0.1 or localhost.")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="Another page may not act here.")
    return await handler(request)


def _is_local(name: str) -> bool:
    """Return whether a name is an address, or has no dot, as localhost and a container's name."""
    try:
        ip_address(name)
    except ValueError:
        return "." not in name
    return True
