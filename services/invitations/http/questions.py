"""Reads what a request asks for, and whether it has the token."""

from collections.abc import Mapping
from typing import Any, TypeVar

from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from shared.proofs import CommandKeys

ModelT = TypeVar("ModelT", bound=BaseModel)


class TokenError(Exception):
    """A request lacks the token that its route needs, or has a wrong one."""


class WrongValueError(Exception):
    """A request holds a value that its model refuses."""

    def __init__(self, error: ValidationError) -> None:
        [first, *_] = error.errors()
        self.field = ".".join(map(str, first["loc"]))
        self.reason: str = first["msg"]
        super().__init__(self.field)


def read(model: type[ModelT], values: Mapping[str, Any]) -> ModelT:
    """Read what a request asks for; raises WrongValueError.

    A plain ValidationError is about a stored value: that is not the client's mistake.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise WrongValueError(error) from None


def has_token(keys: CommandKeys, request: web.Request) -> bool:
    """Return whether the reading token is sent; raises TokenError for a wrong one."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer":  # a proxy's own credentials, or none
        return False
    if not keys.is_reading_token(token):
        raise TokenError
    return True
