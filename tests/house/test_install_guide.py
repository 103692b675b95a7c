"""The install guides can be followed as far as a machine can tell: what they name exists."""

import importlib.util
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import disnake
import pytest
import typer
import yaml

from operations.__main__ import app
from services.gateway.discord.permissions import NEEDS
from services.gateway.i18n.translate import KEYS, Language, translate, translate_one
from tests.house.tree import PROJECT, setting_names

GUIDES: dict[Language, str] = {"en": "install.md", "ja": "install.ja.md"}
LANGUAGES = sorted(GUIDES)
BLOCK = re.compile(r"^ *```\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
SHELL = {"chmod", "cp", "df", "docker", "git", "nano"}
SUBCOMMANDS = {"build", "cp", "down", "exec", "logs", "run", "stop", "up"}
PLACEHOLDERS = {"NAME", "名前"}


def text(language: Language) -> str:
    return (PROJECT / "docs" / GUIDES[language]).read_text()


def typed(language: Language) -> list[str]:
    """Return everything that the reader types in a shell, in order."""
    page = text(language)
    blocks = BLOCK.findall(page)
    inline = re.findall(r"`([^`\n]+)`", BLOCK.sub("", page))
    beginnings = SHELL | {"make"}
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [code for code in inline if code.split()[0] in beginnings and " " in code]
    return [line.strip() for line in lines if line.strip()]


def words_of(line: str) -> list[str]:
    return shlex.split(line, comments=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_exists(language: Language) -> None:
    lines = typed(language)
    assert len(lines) > 15
    assert [problem for line in lines if (problem := problem_with(words_of(line)))] == []


def problem_with(words: Sequence[str]) -> str:
    """Say what of a typed command does not exist; empty if all of it does."""
    match words:
        case ["make", target, *_]:
            return "" if target in TARGETS else f"make {target}"
        case ["docker", "compose", subcommand, *rest]:
            return problem_in_compose(subcommand, rest)
        case [program, *_]:
            return "" if program in SHELL else program
    return "an empty command"


def problem_in_compose(subcommand: str, words: Sequence[str]) -> str:
    if subcommand not in SUBCOMMANDS:
        return f"docker compose {subcommand}"
    plain = list(without_options(words))
    if subcommand == "cp":
        plain = [word.partition(":")[0] for word in plain if ":" in word]
    if subcommand in {"run", "exec"}:
        service, *command = plain
        if service == "doukikai":
            return problem_in_doukikai(list(words)[list(words).index(service) + 1 :])
        module = command[command.index("-m") + 1] if "-m" in command else "tests"
        if importlib.util.find_spec(module) is None:
            return module
        plain = [service]
    unknown = set(plain) - set(COMPOSE) - PLACEHOLDERS
    return f"services {unknown}" if unknown else ""


def without_options(words: Sequence[str]) -> Iterator[str]:
    """Leave out the options before the service, and a number that belongs to one."""
    is_command = False
    for word in words:
        if is_command or not (word.startswith("-") or word.isdigit()):
            is_command = is_command or word in COMPOSE
            yield word


def problem_in_doukikai(words: Sequence[str]) -> str:
    command: Any = typer.main.get_command(app)
    for word in words:
        if commands := getattr(command, "commands", None):
            if word not in commands:
                return f"doukikai {word}"
            command = commands[word]
        elif word.startswith("-") and not any(word in each.opts for each in command.params):
            return f"{command.name} {word}"
    return ""


@pytest.mark.parametrize("line", ["make fly", "docker compose run doukikai guilds buy", "fly"])
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert problem_with(words_of(line))


@pytest.mark.parametrize(
    "line", ["docker compose stop plane", "docker compose run --rm doukikai invite-link --what"]
)
def test_a_service_or_an_option_that_does_not_exist_is_noticed(line: str) -> None:
    assert problem_with(words_of(line))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shortened_command_exists(language: Language) -> None:
    """After the whole command the guide says `invite-link --why` for short."""
    short = re.findall(r"`((?:invite-link|guilds)\b[^`\n]*)`", text(language))
    assert short
    assert [problem for each in short if (problem := problem_in_doukikai(each.split()))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_environment_variable_is_a_setting(language: Language) -> None:
    example = (PROJECT / ".env.example").read_text()
    explained = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    named = set(SETTING.findall(text(language)))
    assert {"DISCORD_TOKEN", "MEMBERS_INTENT"} <= named
    assert named - setting_names() - explained == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_permission_that_is_named_is_in_the_table(language: Language) -> None:
    """Manage Server is what a member needs, and no permission of the bot."""
    needed = {name for names in NEEDS.values() for name in names} | {"manage_guild"}
    others = set(disnake.Permissions.VALID_FLAGS) - needed
    phrases = {each.replace("_", " ").title() for each in others}
    assert "Administrator" in phrases
    assert {each for each in phrases if each in text(language)} == set()
    assert translate_one(language, "permission", "manage_guild") in text(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slash_command_exists(language: Language) -> None:
    names = {translate(language, key) for key in KEYS if key.startswith("name-")}  # type: ignore[arg-type]
    slashes = re.findall(r"`/([^`\n]+)`", text(language))
    assert len(slashes) > 2
    assert [each for each in slashes if not set(each.split()) <= names] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_have_the_names_that_members_see(language: Language) -> None:
    assert f"**{translate(language, 'button-setup_test')}**" in text(language)


def test_both_guides_type_the_same() -> None:
    english, japanese = (
        {tuple(words_of(line.replace("名前", "NAME"))) for line in typed(language)}
        for language in LANGUAGES
    )
    assert english == japanese
