"""What is wrong with a request, as RFC 9457 writes it."""

from http import HTTPStatus

from aiohttp import web

from services.invitations.http.openapi import Problem


def response(
    status: HTTPStatus, title: str, field: str | None = None, detail: str | None = None
) -> web.Response:
    """Return a problem as an HTTP response."""
    problem = Problem(title=title, status=status, field=field, detail=detail)
    body = problem.model_dump_json(exclude_none=True).encode()
    return web.Response(body=body, status=status, content_type="application/problem+json")
