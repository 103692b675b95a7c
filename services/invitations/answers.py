"""Answers, written once for all who are told the same."""

from email.utils import formatdate
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from time import time

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.helpers import ETAG_ANY

from shared.messages.views import POSITION_HEADER

FIRST_LINES = {
    status: f"HTTP/1.1 {status.value} {status.phrase}"
    for status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
}


class Found:
    """What is sent, and how long a reader may keep it unasked."""

    def __init__(
        self,
        body: bytes,
        content_type: str = "application/json",
        # Each time: whoever was told of a change must not read what was before.
        cache_control: str = "no-cache",
        position: int | None = None,
    ) -> None:
        """Name the body by its hash."""
        self._body = body
        self._etag = sha256(body).hexdigest()[:32]
        self._content_type = content_type
        self._headers: dict[str, str] = {
            "ETag": f'"{self._etag}"',
            hdrs.CACHE_CONTROL: cache_control,
        }
        if position is not None:
            self._headers[POSITION_HEADER] = str(position)
        self._written: dict[HTTPStatus, _Written] = {}
        self._written_at = 0

    def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer by it, or by nothing to who has it already."""
        is_held = hdrs.IF_NONE_MATCH in request.headers and _holds(request, self._etag)
        status = HTTPStatus.NOT_MODIFIED if is_held else HTTPStatus.OK
        if not _is_plain(request):
            return self._response(status)
        now = int(time())
        if now != self._written_at:  # the head tells the second
            self._written.clear()
            self._written_at = now
        if status not in self._written:
            self._written[status] = self._write(status)
        return self._written[status]

    def _response(self, status: HTTPStatus) -> web.Response:
        if status == HTTPStatus.NOT_MODIFIED:
            return web.Response(status=status, headers=self._headers)
        headers = {**self._headers, hdrs.CONTENT_TYPE: self._content_type}
        return web.Response(body=self._body, headers=headers)

    def _write(self, status: HTTPStatus) -> "_Written":
        headers = {**self._headers, hdrs.DATE: _date(self._written_at)}
        body = b""
        if status is HTTPStatus.OK:
            body = self._body
            headers[hdrs.CONTENT_TYPE] = self._content_type
            headers[hdrs.CONTENT_LENGTH] = str(len(body))
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        return _Written(status, f"{FIRST_LINES[status]}\r\n{lines}\r\n".encode() + body)


class _Written(web.StreamResponse):
    """Head and body as they go over the wire: to write the head anew costs more than the rest."""

    def __init__(self, status: HTTPStatus, whole: bytes) -> None:
        super().__init__(status=status)
        self._whole = whole

    @property
    def keep_alive(self) -> bool:
        """Tell that the connection stays: it was not asked to be closed."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Send it; one object answers many, so it remembers none of them."""
        await request.writer.write_eof(self._whole)
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Leave it at what was sent."""


@lru_cache(1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _is_plain(request: web.Request) -> bool:
    """Tell whether the answer is the same for all who ask so: nothing is added or left out."""
    return (
        request.method == hdrs.METH_GET
        and request.version == HttpVersion11
        and request.keep_alive
        and not request.app.middlewares
    )


def _holds(request: web.Request, etag: str) -> bool:
    """Tell whether a reader holds this already (RFC 9110, 13.1.2: compared weakly, or any)."""
    held = request.if_none_match or ()
    return any(each.value in (etag, ETAG_ANY) for each in held)
