"""Reads what a request asks for."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

ModelT = TypeVar("ModelT", bound=BaseModel)


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
