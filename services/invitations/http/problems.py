"""What is wrong with a request, as RFC 9457 writes it: each kind of problem has a `type`."""

from enum import Enum
from http import HTTPStatus
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

RETRY_AFTER_SECONDS = 5


class Kind(Enum):
    """A kind of problem: its status and its title. Programs compare the `type`, not the title."""

    WRONG_VALUE = (HTTPStatus.BAD_REQUEST, "wrong value")
    TOKEN_NEEDED = (HTTPStatus.UNAUTHORIZED, "the bearer token is missing or wrong")
    NOT_FOUND = (HTTPStatus.NOT_FOUND, "there is nothing here")
    METHOD_NOT_ALLOWED = (HTTPStatus.METHOD_NOT_ALLOWED, "this path takes no such method")
    EVENTS_NOT_KEPT = (HTTPStatus.GONE, "events after this number are not kept any more")
    NUMBER_NOT_GIVEN = (HTTPStatus.GONE, "no event has had this number yet")
    TOO_OFTEN = (HTTPStatus.TOO_MANY_REQUESTS, "asked too often")
    FAILED = (HTTPStatus.INTERNAL_SERVER_ERROR, "this failed on our side")
    DATABASE_AWAY = (HTTPStatus.SERVICE_UNAVAILABLE, "the database cannot be reached")
    TOO_MANY_FOLLOWERS = (HTTPStatus.SERVICE_UNAVAILABLE, "as many clients follow as may")

    @property
    def type(self) -> str:
        """Return the URI that names the kind."""
        return f"urn:doukikai:problem:{self.name.lower().replace('_', '-')}"


class Problem(BaseModel):
    """What is wrong, as RFC 9457 says it.

    `field` names a wrong value. `oldest` and `newest` are the numbers of events that can be read.
    """

    type: Annotated[str, Field(examples=[kind.type for kind in Kind])]
    title: str
    status: int
    field: str | None = None
    detail: str | None = None
    oldest: int | None = None
    newest: int | None = None


def response(
    kind: Kind, field: str | None = None, detail: str | None = None, **more: int
) -> web.Response:
    """Return a problem as an HTTP response."""
    status, title = kind.value
    problem = Problem(
        type=kind.type, title=title, status=status, field=field, detail=detail, **more
    )
    body = problem.model_dump_json(exclude_none=True).encode()
    answer = web.Response(body=body, status=status, content_type="application/problem+json")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers[hdrs.RETRY_AFTER] = str(RETRY_AFTER_SECONDS)
    return answer
