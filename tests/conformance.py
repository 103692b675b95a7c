"""Judge REST exchanges with the miniature Discord by Discord's own OpenAPI description."""

import copy
import functools
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from playground.exchange import Exchange

DESCRIPTION = Path(__file__).parents[2] / "shared" / "discord" / "openapi.json"
ABSENT = "Discord's OpenAPI description is absent: set DISCORD_OPENAPI to its path."
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SNOWFLAKE_IN = {"anyOf": [{"type": "string", "pattern": "^[0-9]+$"}, {"type": "integer"}]}
# what disnake sends and Discord takes, though the description does not know it
UNDESCRIBED_IN = {
    "ApplicationCommandCreateRequest": ("default_permission", "nsfw"),
    "ApplicationCommandUpdateRequest": ("default_permission", "nsfw"),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
}
JSON = "application/json"
UNANSWERED = 0


@dataclass(frozen=True)
class Operation:
    """One call as described, with its schemas by content type and by status."""

    method: str
    pattern: re.Pattern[str]
    requests: dict[str, Any]
    needs_body: bool
    replies: dict[str, Any]
    query: dict[str, bool]


class Specification:
    """Discord's description, ready to judge."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Read every operation; validators are built when first needed."""
        schemas = document["components"]["schemas"]
        self._requests = _relaxed(copy.deepcopy(schemas), is_request=True)
        self._requests["SnowflakeType"] = SNOWFLAKE_IN
        for name, keys in UNDESCRIBED_IN.items():
            if "properties" in self._requests.get(name, {}):
                self._requests[name]["properties"] |= {key: {} for key in keys}
        self._replies = _relaxed(copy.deepcopy(schemas), is_request=False)
        # field errors carry names such as BASE_TYPE_REQUIRED, which the description calls integers
        self._replies["Error"]["properties"]["code"] = {"type": ["integer", "string"]}
        self._validators: dict[str, Any] = {}
        self._operations = _operations(document)

    def complaints(self, exchange: Exchange) -> list[str]:
        """List what is wrong with a request and its reply; nothing when all is well."""
        return [*self.of_request(exchange), *self.of_reply(exchange)]

    def of_request(self, exchange: Exchange) -> list[str]:
        """List what is wrong with what the client has sent."""
        operation = self._find(exchange)
        if operation is None:
            return [f"{_called(exchange)}: Discord describes no such call"]
        wrong = [*self._query(operation, exchange), *self._request(operation, exchange)]
        return [f"{_called(exchange)}: {complaint}" for complaint in wrong]

    def of_reply(self, exchange: Exchange) -> list[str]:
        """List what is wrong with what this Discord has answered."""
        operation = self._find(exchange)
        wrong = self._reply(operation, exchange) if operation else []
        return [f"{_called(exchange)}: {complaint}" for complaint in wrong]

    def _find(self, exchange: Exchange) -> Operation | None:
        for operation in self._operations:
            if operation.method == exchange.method and operation.pattern.fullmatch(exchange.path):
                return operation
        return None

    def _query(self, operation: Operation, exchange: Exchange) -> list[str]:
        unknown = [f"unknown query {k!r}" for k in exchange.query if k not in operation.query]
        needed = [key for key, is_needed in operation.query.items() if is_needed]
        return unknown + [f"missing query {key!r}" for key in needed if key not in exchange.query]

    def _request(self, operation: Operation, exchange: Exchange) -> list[str]:
        if exchange.body is None:
            is_missing = operation.needs_body and exchange.content_type != "multipart/form-data"
            return ["the body is missing"] if is_missing else []
        # Beside files the JSON part is what it is alone; the two descriptions exclude each other.
        has_files = exchange.content_type == "multipart/form-data"
        schema = operation.requests.get(JSON if has_files else exchange.content_type)
        if schema is None:
            return [f"a body of {exchange.content_type} is not taken"]
        return self._judge(schema, exchange.body, is_request=True)

    def _reply(self, operation: Operation, exchange: Exchange) -> list[str]:
        status = str(exchange.status)
        if exchange.status == UNANSWERED:
            return []
        if status not in operation.replies:
            status = "4XX" if status.startswith("4") else status
        if status not in operation.replies:
            return [] if status.startswith("5") else [f"status {status} is not described"]
        schema = operation.replies[status]
        if schema is None:
            return [] if exchange.reply is None else ["a reply where none is described"]
        return ["reply " + c for c in self._judge(schema, exchange.reply, is_request=False)]

    def _judge(self, schema: Any, value: Any, *, is_request: bool) -> list[str]:
        validator = self._validator(schema, is_request=is_request)
        if validator.is_valid(value):
            return []
        errors = validator.iter_errors(value)
        return [f"/{'/'.join(map(str, e.instance_path))} {e.message[:300]}" for e in errors]

    def _validator(self, schema: Any, *, is_request: bool) -> Any:
        key = json.dumps([schema, is_request], sort_keys=True)
        if key not in self._validators:
            schemas = self._requests if is_request else self._replies
            whole = {"$schema": DIALECT, "components": {"schemas": schemas}}
            whole |= _relaxed(copy.deepcopy(schema), is_request=is_request)
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        return self._validators[key]


def _called(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.path}"


def _relaxed(node: Any, *, is_request: bool) -> Any:
    """Take numbers written as text, as Discord's readme says, and no key that is not described."""
    if isinstance(node, list):
        return [_relaxed(inner, is_request=is_request) for inner in node]
    if not isinstance(node, dict):
        return node
    schema = {k: _relaxed(v, is_request=is_request) for k, v in node.items() if k != "format"}
    if not is_request:
        return schema
    if "oneOf" in schema:  # branches overlap once numbers may be text
        schema["anyOf"] = schema.pop("oneOf")
    kinds = schema.get("type")
    is_integer = kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds)
    if is_integer and "enum" not in schema and "allOf" not in schema:
        return {"anyOf": [schema, {"type": "string", "pattern": "^-?[0-9]+$"}]}
    if "properties" in schema and isinstance(schema["properties"], dict):
        schema.setdefault("additionalProperties", False)
    return schema


def _operations(document: dict[str, Any]) -> list[Operation]:
    found = []
    for template, item in sorted(document["paths"].items(), key=lambda entry: entry[0].count("{")):
        pattern = re.compile(re.sub(r"\{[a-z_0-9]+\}", "([^/]+)", template))
        for method in {"get", "put", "post", "patch", "delete"} & set(item):
            described = item[method]
            body = described.get("requestBody", {})
            parameters = [*item.get("parameters", []), *described.get("parameters", [])]
            query = {p["name"]: p.get("required", False) for p in parameters if p["in"] == "query"}
            replies = {
                status: _reply_schema(document, reply)
                for status, reply in described["responses"].items()
            }
            requests = {kind: c["schema"] for kind, c in body.get("content", {}).items()}
            needs_body = body.get("required", False)
            found.append(
                Operation(method.upper(), pattern, requests, needs_body, replies, query),
            )
    return found


def _reply_schema(document: dict[str, Any], reply: dict[str, Any]) -> Any:
    if "$ref" in reply:
        reply = document["components"]["responses"][reply["$ref"].rsplit("/", 1)[1]]
    return reply.get("content", {}).get(JSON, {}).get("schema")


@functools.cache
def load_specification() -> Specification | None:
    """Load the description, or give None where the file is absent."""
    path = Path(os.environ.get("DISCORD_OPENAPI", DESCRIPTION))
    return Specification(json.loads(path.read_text())) if path.exists() else None


def judge(exchanges: Iterable[Exchange]) -> None:
    """Assert that calls and answers are as described, if the description is there."""
    if (specification := load_specification()) is None:
        return
    # A ban is answered by Cloudflare in front of Discord, which Discord does not describe.
    judged = [e for e in exchanges if e.status and not str(e.reply).startswith("<!doctype html>")]
    assert judged, "nothing was said"
    wrong = {complaint for each in judged for complaint in specification.complaints(each)}
    assert not wrong, "\n".join(sorted(wrong))
