"""What is wrong with a request, told as RFC 9457 does."""

from http import HTTPStatus

from aiohttp import web

from services.invitations.http.openapi import Problem


def told(
    status: HTTPStatus, title: str, field: str | None = None, detail: str | None = None
) -> web.Response:
    """Write the answer that tells it."""
    problem = Problem(title=title, status=status, field=field, detail=detail)
    body = problem.model_dump_json(exclude_none=True).encode()
    return web.Response(body=body, status=status, content_type="application/problem+json")
