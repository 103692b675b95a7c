"""Forms that Discord refuses, each with the path to the mistake in its error tree."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from playground import MiniatureDiscord, demo
from playground.people import interact
from tests.playground.test_messages import CHAT, call

COMMANDS = f"applications/{demo.BOT_ID}/commands"
EVENTS = f"guilds/{demo.GUILD_ID}/scheduled-events"
COMMAND: Mapping[str, Any] = {"name": "test", "description": "x"}
TEXT: Mapping[str, Any] = {"name": "text", "description": "x", "type": 3}
NUMBER: Mapping[str, Any] = {"name": "number", "description": "x", "type": 4}
CHOICES = [{"name": "a", "value": "a"}]


def paths(tree: dict[str, Any], path: str = "") -> list[str]:
    """List the paths to the mistakes of an error tree."""
    if "_errors" in tree:
        return [path]
    return [found for key in tree for found in paths(tree[key], f"{path}.{key}".strip("."))]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ([TEXT, TEXT], "0.options.0.name"),
        (
            [
                TEXT | {"name_localizations": {"ja": "数"}},
                NUMBER | {"name_localizations": {"ja": "数"}},
            ],
            "0.options.0.name_localizations.ja",
        ),
        ([TEXT | {"choices": CHOICES, "autocomplete": True}], "0.options.0"),
        ([TEXT | {"choices": CHOICES * 2}], "0.options.0.choices.0"),
        ([TEXT | {"min_length": 5, "max_length": 4}], "0.options.0.min_length"),
        ([NUMBER | {"min_value": 5, "max_value": 4}], "0.options.0.min_value"),
        ([{**TEXT, "type": 1}, NUMBER], "0.options"),
        (
            [
                TEXT
                | {
                    "name": f"option{number}",
                    "description": "x" * 100,
                    "choices": [{"name": "x" * 90 + str(n), "value": str(n)} for n in range(25)],
                }
                for number in range(4)
            ],
            "0",
        ),
    ],
)
async def test_a_command_is_refused(
    http: ClientSession, options: list[dict[str, Any]], path: str
) -> None:
    status, refusal = await call(http, "PUT", COMMANDS, [COMMAND | {"options": options}])
    assert (status, refusal["code"]) == (400, 50035)
    assert path in paths(refusal["errors"])


async def test_one_name_in_two_languages_is_no_duplicate(http: ClientSession) -> None:
    options = [
        TEXT | {"name_localizations": {"ja": "数"}},
        NUMBER | {"name_localizations": {"ko": "数"}},
    ]
    status, _ = await call(http, "PUT", COMMANDS, [COMMAND | {"options": options}])
    assert status == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            {"allowed_mentions": {"parse": ["users"], "users": [demo.TARO]}},
            "allowed_mentions",
        ),
        (
            {
                "components": [
                    {
                        "type": 1,
                        "components": [
                            {
                                "type": 2,
                                "style": 5,
                                "label": "x",
                                "url": "https://vrchat.com",
                                "custom_id": "x",
                            }
                        ],
                    }
                ]
            },
            "components.0.components.0",
        ),
    ],
)
async def test_a_message_is_refused(http: ClientSession, body: dict[str, Any], path: str) -> None:
    status, refusal = await call(http, "POST", f"{CHAT}/messages", {"content": "x"} | body)
    assert (status, refusal["code"]) == (400, 50035)
    assert paths(refusal["errors"]) == [path]


def event(starts_in: float, lasts: float) -> dict[str, Any]:
    start = datetime.now(UTC) + timedelta(hours=starts_in)
    return {
        "name": "x",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "x"},
        "scheduled_start_time": start.isoformat(),
        "scheduled_end_time": (start + timedelta(hours=lasts)).isoformat(),
    }


@pytest.mark.parametrize(
    ("starts_in", "lasts", "path"),
    [
        (1, -0.5, "scheduled_end_time"),
        (1, 0, "scheduled_end_time"),
        (-1, 2, "scheduled_start_time"),
    ],
)
async def test_a_scheduled_event_is_refused(
    http: ClientSession, starts_in: float, lasts: float, path: str
) -> None:
    status, refusal = await call(http, "POST", EVENTS, event(starts_in, lasts))
    assert (status, refusal["code"]) == (400, 50035)
    assert paths(refusal["errors"]) == [path]


async def test_an_event_may_be_moved_but_not_behind_its_end(http: ClientSession) -> None:
    _, created = await call(http, "POST", EVENTS, event(1, 1))
    change = {"scheduled_start_time": event(3, 1)["scheduled_start_time"]}
    status, _ = await call(http, "PATCH", f"{EVENTS}/{created['id']}", change)
    assert status == 400
    await call(http, "DELETE", f"{EVENTS}/{created['id']}")


async def test_a_guild_has_a_hundred_events_to_come(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, first = await call(http, "POST", EVENTS, event(1, 1))
    events = discord.world.scheduled_events
    events |= {str(number): events[first["id"]] | {"id": str(number)} for number in range(99)}
    status, refusal = await call(http, "POST", EVENTS, event(1, 1))
    assert (status, refusal["code"]) == (400, 30038)
    await call(http, "DELETE", f"{EVENTS}/1")
    assert (await call(http, "POST", EVENTS, event(1, 1)))[0] == 200
    events.clear()


async def test_a_form_of_a_command_is_acknowledged_without_a_message(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    """Clients send type 6 here ("changed later"), and Discord closes the form."""
    form = {"custom_id": "x", "components": []}
    sent = interact(discord.world, 5, form, demo.TARO, demo.CHAT_CHANNEL_ID)
    path = f"interactions/{sent.id}/{sent.token}/callback"
    assert (await call(http, "POST", path, {"type": 6}))[0] == 204
