"""The answers of `GET /api/events` as OpenAPI says them; docs/asyncapi.json has each event."""

from typing import Any, TypeAlias

from services.invitations.feed import cloudevents
from shared.messages.envelope import Envelope

Json: TypeAlias = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 0}
_EVENT: Json = {
    "type": "object",
    "description": "What happened: `body` is as docs/asyncapi.json says for its `name`.",
    "properties": {
        "sequence": _NUMBER,
        **Envelope.model_json_schema()["properties"],
        "body": {"type": "object"},
    },
    "required": ["sequence", "id", "name", "sent_at", "body"],
}
_PAGE: Json = {
    "type": "object",
    "description": "Events in the order of their numbers. Go on after `next`; you have all of"
    " them when it is `newest`. `oldest` is the lowest number that is kept.",
    "properties": {
        "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
        **dict.fromkeys(("next", "oldest", "newest"), _NUMBER),
    },
    "required": ["events", "next", "oldest", "newest"],
}
_CLOUD_EVENT: Json = {
    "type": "object",
    "description": "An event of CloudEvents 1.0, with the event of a page as its data.",
    "properties": {
        "specversion": {"const": "1.0"},
        **dict.fromkeys(("id", "source", "type", "dataschema", "subject"), _TEXT),
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": cloudevents.CONTENT_TYPE},
        "data": {"$ref": "#/components/schemas/Event"},
    },
    "required": ["specversion", "id", "source", "type", "time", "dataschema", "data"],
}
SCHEMAS: Json = {"Event": _EVENT, "EventPage": _PAGE, "CloudEvent": _CLOUD_EVENT}
CONTENT: Json = {
    "application/json": {"schema": {"$ref": "#/components/schemas/EventPage"}},
    cloudevents.BATCH: {
        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/CloudEvent"}}
    },
    "text/event-stream": {"schema": _TEXT},
}
