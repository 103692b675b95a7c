"""What the tests of the tree look at: its files, its modules, its services."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from pydantic_settings import BaseSettings

import services
import shared
from shared.settings import DatabaseSettings

PROJECT = Path(__file__).parents[2]


def files(pattern: str) -> list[Path]:
    """List the project's files of a pattern, relative to its root; hidden folders stay out."""
    found = (path.relative_to(PROJECT) for path in sorted(PROJECT.rglob(pattern)))
    return [place for place in found if (PROJECT / place).is_file() and _is_ours(place)]


def _is_ours(place: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in place.parts[:-1])
    return not is_hidden and "__pycache__" not in place.parts


@cache
def modules() -> tuple[ModuleType, ...]:
    """Import every module of the product; those that start a process only when run are included."""
    return tuple(
        importlib.import_module(found.name)
        for package in (services, shared)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )


def service_names() -> list[str]:
    """Name the services by their folders."""
    return sorted(found.name for found in pkgutil.iter_modules(services.__path__))


def settings_of(service: str) -> list[type[BaseSettings]]:
    """List the classes that one service reads its environment into."""
    module = importlib.import_module(f"services.{service}.settings")
    return [
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, BaseSettings)
        and found.__module__ == module.__name__
    ]


def has_tables(service: str) -> bool:
    """Tell whether a service knows a database, whose role then bears its name."""
    return any(issubclass(settings, DatabaseSettings) for settings in settings_of(service))


def setting_names() -> set[str]:
    """Name every environment variable that some service reads."""
    return {
        field.upper()
        for service in service_names()
        for settings in settings_of(service)
        for field in settings.model_fields
    }
