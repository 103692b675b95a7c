"""The HTTP API as OpenAPI 3.1 says it, from the models that read questions and write answers."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.invitations.http import event_schemas
from services.invitations.http.problems import Problem
from services.invitations.http.queries import (
    CalendarPath,
    CalendarQuery,
    DetailPath,
    DetailQuery,
    DraftQuery,
    EventQuery,
    GuildPath,
    HistoryPath,
    HistoryQuery,
    HostPath,
    ImagePath,
    LastEvent,
    ListQuery,
    PlacesQuery,
    Seen,
)
from shared.messages.invitations.drafting import DraftList
from shared.messages.invitations.guilds import GuildView
from shared.messages.invitations.repairs import InvitationPlaces
from shared.messages.invitations.templates import TemplateList
from shared.messages.views import (
    POSITION_HEADER,
    InvitationList,
    InvitationView,
    MemberHistory,
)

Json: TypeAlias = dict[str, Any]
VERSION = "1.0.0"
REFERENCE = "#/components/schemas/{model}"
MEANINGS: Mapping[str, str] = {
    "304": "The reader has this very answer: `If-None-Match` names its `ETag`.",
    "400": "A value is wrong; `field` names it.",
    "401": "The bearer token is wrong, or missing where it is needed.",
    "404": "There is nothing here.",
    "410": "`events-not-kept`: events after this number are gone; read what is true now from the"
    " lists, and go on from `newest`. `number-not-given`: the database was restored to an"
    " earlier state.",
    "429": "This client asks too often; `Retry-After` says after how many seconds it may again.",
    "500": "A mistake on our side: the same question fails again until it is repaired.",
    "503": "The database cannot be reached; `Retry-After` says when to ask again, in seconds.",
    POSITION_HEADER: "Sent if the request named one; send it with the next to see no older data.",
}
GATEWAY_ONLY: Sequence[Json] = ({"gateway": []},)
TOKEN_NEEDED: Sequence[Json] = (*GATEWAY_ONLY, {"guild": []})
TOKEN_OPTIONAL: Sequence[Json] = ({}, *TOKEN_NEEDED)
SERVERS = [
    {
        "url": "http://{host}:{port}",
        "description": "The defaults are for a container in the network of docker-compose.yml. For"
        " programs elsewhere the operator puts a proxy with TLS in front of API_PORT.",
        "variables": {"host": {"default": "invitations"}, "port": {"default": "8080"}},
    }
]
LIMITS: Json = {
    name: {"schema": {"type": "string"}, "description": meaning}
    for name, meaning in (
        ("RateLimit-Policy", "`q` requests in `w` seconds; not to parts of the product itself."),
        ("RateLimit", "`r` requests are left at once; it is all of them again after `t` seconds."),
    )
}
LIMIT: Json = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMITS}
RETRY_AFTER: Json = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}}


ANSWERS = (
    *(InvitationList, InvitationView, InvitationPlaces, GuildView, DraftList, MemberHistory),
    *(TemplateList, Problem),
)


def document() -> Json:
    """Write the whole description."""
    _, schemas = models_json_schema(
        [(model, "serialization") for model in ANSWERS],
        ref_template=REFERENCE,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Doukikai",
            "version": VERSION,
            "description": "Invitations of VRChat communities and what happens to them, to be read."
            " Nothing secret.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": SERVERS,
        "security": [],
        "paths": {path: {"get": operation} for path, operation in _operations().items()},
        "components": {
            "schemas": {**schemas["$defs"], **event_schemas.SCHEMAS},
            "headers": LIMITS,
            "securitySchemes": {
                "gateway": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The operator prints it with `doukikai keys api-token`.",
                },
                "guild": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Managers of a guild make it in Discord, with `/setup`. It"
                    " opens that guild alone; `guild` must name it in lists and in the feed.",
                },
            },
        },
    }


def _operations() -> Json:
    """Describe each route."""
    return {
        "/api/invitations": _operation(
            "listInvitations",
            "List invitations by tag and state, soonest first, or a host's. Those of guilds"
            " that are not listed need a token and `guild`, or the gateway's and `host`.",
            _parameters(ListQuery, "query") + _parameters(Seen, "header"),
            _model(InvitationList),
            ("400", "401"),
            TOKEN_OPTIONAL,
        ),
        "/api/invitations/{id}": _operation(
            "getInvitation",
            "Show one invitation; participants and staff only with a token.",
            _parameters(DetailPath, "path")
            + _parameters(DetailQuery, "query")
            + _parameters(Seen, "header"),
            _model(InvitationView),
            ("400", "401", "404"),
            TOKEN_OPTIONAL,
        ),
        "/api/events": _operation(
            "listEvents",
            "Show what happened, by numbers without a gap. With `Accept: text/event-stream` it is"
            " a stream that goes on as events come; `Last-Event-ID` then goes before `after`. With"
            " `Accept: application/cloudevents-batch+json` a page is a batch of CloudEvents, and"
            " `next`, `oldest` and `newest` are in the headers `Doukikai-Next`, `Doukikai-Oldest`"
            " and `Doukikai-Newest`.",
            [*_parameters(EventQuery, "query"), *_parameters(LastEvent, "header")],
            event_schemas.CONTENT,
            ("400", "401", "410"),
            TOKEN_NEEDED,
        ),
        "/api/guilds/{guild_id}/settings": _operation(
            "getGuildSettings",
            "Show the settings of a guild.",
            _parameters(GuildPath, "path"),
            _model(GuildView),
            ("400", "401"),
            GATEWAY_ONLY,
        ),
        "/api/guilds/{guild_id}/places": _operation(
            "listPlaces",
            "Show the gateway where a guild's invitations stand, by the token of its key.",
            [*_parameters(GuildPath, "path"), *_parameters(PlacesQuery, "query")],
            _model(InvitationPlaces),
            ("400", "401"),
            GATEWAY_ONLY,
        ),
        "/api/guilds/{guild_id}/hosts/{host_id}/drafts": _operation(
            "listDrafts",
            "Show a host's drafts to the gateway, by the token of its key.",
            _parameters(HostPath, "path") + _parameters(DraftQuery, "query"),
            _model(DraftList),
            ("400", "401"),
            GATEWAY_ONLY,
        ),
        "/api/guilds/{guild_id}/hosts/{host_id}/templates": _operation(
            "listTemplates",
            "Show the gateway which templates a host can open, by the token of its key.",
            _parameters(HostPath, "path"),
            _model(TemplateList),
            ("400", "401"),
            GATEWAY_ONLY,
        ),
        "/api/guilds/{guild_id}/images/{name}": _operation(
            "getImage",
            "Give the gateway a picture, by the token of its key.",
            _parameters(ImagePath, "path"),
            {"application/octet-stream": {"schema": {"type": "string"}}},
            ("400", "401", "404"),
            GATEWAY_ONLY,
        ),
        "/api/members/{token}/history": _operation(
            "listHistory",
            "Show the events of the member with this secret, newest start first.",
            _parameters(HistoryPath, "path") + _parameters(HistoryQuery, "query"),
            _model(MemberHistory),
            ("400", "404"),
        ),
        "/calendars/{token}.ics": _operation(
            "getCalendar",
            "Show the calendar that a secret address leads to (RFC 5545).",
            _parameters(CalendarPath, "path") + _parameters(CalendarQuery, "query"),
            {"text/calendar": {"schema": {"type": "string"}}},
            ("400", "404"),
        ),
    }


def _operation(
    name: str,
    summary: str,
    parameters: list[Json],
    answer: Json,
    refusals: Sequence[str],
    security: Sequence[Json] = (),
) -> Json:
    problem = {"application/problem+json": {"schema": _reference(Problem)}}
    etag = {"ETag": {"schema": {"type": "string"}, "required": True}}
    position = {"schema": {"type": "string"}, "description": MEANINGS[POSITION_HEADER]}
    headers = etag | {POSITION_HEADER: position} | LIMIT
    known = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
    return {
        "operationId": name,
        "summary": summary,
        "security": [*security],
        "parameters": [*parameters, known],
        "responses": {
            "200": {"description": HTTPStatus.OK.phrase, "headers": headers, "content": answer},
            "304": {"description": MEANINGS["304"], "headers": headers},
            **{
                status: {"description": MEANINGS[status], "headers": LIMIT, "content": problem}
                for status in (*refusals, "500")
            },
            **{
                status: {
                    "description": MEANINGS[status],
                    "headers": RETRY_AFTER | LIMIT,
                    "content": problem,
                }
                for status in ("429", "503")
            },
        },
    }


def _parameters(model: type[BaseModel], place: str) -> list[Json]:
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": place,
            "required": name in schema.get("required", []),
            "description": field.pop("description"),
            "schema": _without_null(field),
        }
        for name, field in schema["properties"].items()
    ]


def _without_null(field: Json) -> Json:
    """Describe a value that is there: one that is absent is not asked for."""
    field.pop("title", None)
    choices = [each for each in field.pop("anyOf", []) if each.get("type") != "null"]
    if not choices:
        return field
    field.pop("default", None)
    return {**field, **choices[0]}


def _model(model: type[BaseModel]) -> Json:
    return {"application/json": {"schema": _reference(model)}}


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": REFERENCE.format(model=model.__name__)}
