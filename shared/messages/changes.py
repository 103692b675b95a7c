"""New values of some of a guild's settings."""

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from shared.messages.envelope import Frozen


class Changes(Frozen):
    """New values of some settings; a field that is not set stays as it is."""

    @model_serializer(mode="wrap")
    def only_set(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write only the fields that change: what is written counts as set for the reader."""
        return {name: value for name, value in write(self).items() if name in self.model_fields_set}

    @property
    def values(self) -> dict[str, Any]:
        """Return the settings that change, by their names."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}
