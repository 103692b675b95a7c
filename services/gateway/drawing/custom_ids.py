"""The custom ids of buttons and forms: what Discord brings back when a member presses one.

A custom id is the only state of a button, so any replica can read it, also one of a later release.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter

ABSENT = "-"


@dataclass(frozen=True)
class CustomId:
    """A name and the fields of a dataclass, joined by colons; at most 100 characters.

    Messages keep their buttons for years: never change the name or the fields of a custom id, only
    add a field at the end with a default.
    """

    name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "") -> None:
        """Name the custom id; a class without a name is a base of others."""
        super().__init_subclass__()
        cls.name = name or cls.name

    def encode(self) -> str:
        """Return the custom id as Discord keeps it."""
        values: dict[str, Any] = self._adapter().dump_python(self, mode="json")
        for field in reversed(fields(self)):
            if values[field.name] is not None or field.default is not None:
                break
            del values[field.name]
        parts = (ABSENT if value is None else str(value) for value in values.values())
        return ":".join([self.name, *parts])

    @classmethod
    def decode(cls, custom_id: str) -> Self:
        """Read a custom id; raises ValueError if this class has not written it."""
        name, *parts = custom_id.split(":")
        names = [field.name for field in fields(cls)]
        if name != cls.name or len(parts) > len(names):
            raise ValueError(custom_id)
        values = (None if part == ABSENT else part for part in parts)
        decoded = cls._adapter().validate_python(dict(zip(names, values, strict=False)))
        return cast("Self", decoded)

    @classmethod
    def _adapter(cls) -> TypeAdapter[Any]:
        if cls not in ADAPTERS:
            ADAPTERS[cls] = TypeAdapter(cls)
        return ADAPTERS[cls]


ADAPTERS: dict[type[CustomId], TypeAdapter[Any]] = {}


def _moment(written: object) -> object:
    if not isinstance(written, str):
        return written
    try:
        return datetime.fromtimestamp(int(written), UTC)
    except (OverflowError, OSError):
        raise ValueError(written) from None


UnixTime = Annotated[
    datetime, BeforeValidator(_moment), PlainSerializer(lambda at: int(at.timestamp()))
]
"""A moment, written in whole seconds since 1970."""
