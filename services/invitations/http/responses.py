"""Answers of the API, with an ETag by which a reader asks whether it has changed."""

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.helpers import ETAG_ANY

from shared.messages.views import POSITION_HEADER

# What a reader without the token reads in place of participants, staff and faults; the host stays.
PARTICIPANTS_HIDDEN: Mapping[str, object] = {
    "participants": [],
    "waitlist": [],
    "co_host_ids": [],
    "staff_id": None,
    "staff_name": None,
    "staff_channel_id": None,
    "staff_message_id": None,
    "owed": [],
}


class Found:
    """What is sent, and how long a reader may keep it unasked."""

    def __init__(
        self,
        body: bytes,
        content_type: str = "application/json",
        # Asked each time: a reader who has seen a change must not read older data.
        cache_control: str = "no-cache",
        position: int | None = None,
        more_headers: Mapping[str, str] | None = None,
    ) -> None:
        self._body = body
        self._etag = sha256(body).hexdigest()[:32]
        self._headers = {"ETag": f'"{self._etag}"', hdrs.CACHE_CONTROL: cache_control}
        self._headers |= more_headers or {}
        if position is not None:
            self._headers[POSITION_HEADER] = str(position)
        self._headers_of_body = {**self._headers, hdrs.CONTENT_TYPE: content_type}

    def answer(self, request: web.Request) -> web.Response:
        """Return 200 with the body, or 304 if the reader holds it already."""
        # RFC 9110, 13.1.2: compared weakly, or any.
        if any(each.value in (self._etag, ETAG_ANY) for each in request.if_none_match or ()):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=self._headers)
        return web.Response(body=self._body, headers=self._headers_of_body)
