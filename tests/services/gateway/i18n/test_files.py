"""The files of texts: every language says everything, in words that Discord takes."""

import re
from collections import Counter
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, MessageReference, Resource, VariableReference
from fluent.syntax.visitor import Visitor

from services.gateway.i18n import translate as i18n
from services.gateway.i18n.translate import KEYS, LANGUAGES, translate_if_known

FOLDER = Path(i18n.__file__).parent
# Discord's limits: https://discord.com/developers/docs/interactions/application-commands
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
LONGEST = {
    "button": 80,
    "category": 80,
    "command": 100,
    "field": 45,
    "form": 45,
    "hint": 100,
    "instance": 100,
    "label": 256,
    "option": 100,
    "page": 80,
    "reminders": 100,
    "setting": 45,
    "status": 80,
    "suggest": 100,
    "cancel": 45,
}
LONGEST_MESSAGE = 2000
# One thing, one word (docs/glossary.md).
AVOIDED = {
    "ja": r"お誘い|くり返|封|初めは|お知らせ|とりけし|だれ[がもを]",
    "en": r"\b(invitations?|queue\w*|everybody|is needed|comes? back)\b",
}


class Found(Visitor):
    """Collects what a message refers to."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - Fluent's
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: MessageReference) -> None:  # noqa: N802 - Fluent's
        self.messages.add(node.id.name)


def resource(language: str) -> Resource:
    return FluentParser().parse((FOLDER / f"{language}.ftl").read_text())


def messages(language: str) -> list[Message]:
    return [entry for entry in resource(language).body if isinstance(entry, Message)]


def found_in(message: Message) -> Found:
    found = Found()
    found.visit(message)
    return found


def shown(language: str, key: str, argument: str | int = 3) -> str:
    text = translate_if_known(language, key, dict.fromkeys(KEYS[key], argument))
    assert text is not None
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_holds_nothing_that_fluent_cannot_read(language: str) -> None:
    junk = [entry.content for entry in resource(language).body if isinstance(entry, Junk)]
    assert junk == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_each_key_once_and_the_same_variables(language: str) -> None:
    ids = Counter(message.id.name for message in messages(language))
    assert ids == Counter(KEYS.keys())
    own = {message.id.name: found_in(message).variables for message in messages(language)}
    assert own == {key: set(variables) for key, variables in KEYS.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_refers_only_to_texts_without_variables(language: str) -> None:
    """The generated stub knows the variables in a text, not those behind a reference."""
    referenced = {name for message in messages(language) for name in found_in(message).messages}
    assert {"button-join", "name-invite"} & referenced
    assert {name for name in referenced if KEYS[name]} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("argument", ["x", 1, 3])
def test_every_text_can_be_shown(language: str, argument: str | int) -> None:
    for key in KEYS:
        text = shown(language, key, argument)
        assert text.strip("\n")
        assert len(text) <= LONGEST_MESSAGE
        assert not re.search(r"[{}\u2068\u2069]|\?\?\?|  ", text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_keep_discords_limits(language: str) -> None:
    lengths = {key: len(shown(language, key, "1234567890")) for key in KEYS}
    families = {key: LONGEST.get(key.partition("-")[0], LONGEST_MESSAGE) for key in KEYS}
    assert {key: n for key, n in lengths.items() if n > families[key]} == {}
    names = [shown(language, key) for key in KEYS if key.startswith("name-")]
    assert [name for name in names if not COMMAND_NAME.fullmatch(name)] == []
    assert [name for name in names if name != name.lower()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language: str) -> None:
    commands = "|".join(re.escape(shown(language, key)) for key in KEYS if key[:5] == "name-")
    texts = {
        key: re.sub(rf"`[^`]*(?:{commands})[^`]*`", "", shown(language, key))
        for key in KEYS
        if not key.startswith("name-")
    }
    avoided = re.compile(AVOIDED[language], re.IGNORECASE)
    assert {key: text for key, text in texts.items() if avoided.search(text)} == {}
