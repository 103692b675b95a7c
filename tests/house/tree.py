"""What the tests of the tree look at: its files, its modules, its services."""

import importlib
import os
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
    """List the project's files by a pattern of their names; hidden folders stay out."""
    return [path for path in _files() if path.match(pattern)]


@cache
def _files() -> tuple[Path, ...]:
    found = []
    for folder, folders, names in os.walk(PROJECT):
        # Not entered: .venv and .local hold many times as many files as the project.
        folders[:] = [each for each in folders if each[0] != "." and each != "__pycache__"]
        found += [Path(folder, name) for name in names]
    return tuple(path.relative_to(PROJECT) for path in sorted(found) if path.is_file())


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
