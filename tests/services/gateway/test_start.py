"""An operator's mistake is one sentence and exit code 1."""

import asyncio

import pytest

from deploy.local.instance import free_ports
from tests.services.gateway.discord.test_clocks import metrics
from tests.stage import Stage, run_once


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("DISCORD_TOKEN", "", "DISCORD_TOKEN is missing"),
        ("DISCORD_TOKEN", "MTQw.wrong.token", "DISCORD_TOKEN is wrong: Discord refuses it."),
        ("DISCORD_API_URL", "http://127.0.0.1:{port}/api/v10", "cannot be reached"),
        ("INVITATIONS_API_URL", "", "INVITATIONS_API_URL is missing"),
        ("SEALING_KEYS", "k1:dG9vIHNob3J0", "SEALING_KEYS is wrong at key 1"),
        ("RABBITMQ_URL", "amqp://gateway:wrong@127.0.0.1:{port}/", "RABBITMQ_URL"),
    ],
)
async def test_a_mistake_is_named(stage: Stage, setting: str, value: str, sentence: str) -> None:
    port, silent = free_ports(2)
    environment = stage.gateway_environment(port) | {setting: value.format(port=silent)}
    code, errors = await run_once("services.gateway", environment)
    assert code == 1
    assert sentence in errors
    assert len(errors.splitlines()) == 1


async def test_an_intent_that_discord_does_not_allow_is_waited_for(stage: Stage) -> None:
    """A restart would burn an IDENTIFY each time, of a thousand a day."""
    identifies = stage.discord.gateway.identifies
    port = free_ports(1)[0]
    stage.discord.world.allows_members_intent = False
    process = await stage.launch("services.gateway", stage.gateway_environment(port))
    try:
        async with asyncio.timeout(60):
            while "session.postponed" not in (log := stage.outputs[process].read_text()):  # noqa: ASYNC110 - a log gives no signal
                await asyncio.sleep(0.1)
        assert log.count("MEMBERS_INTENT is true, but Discord's developer portal") == 1
        assert "Traceback" not in log
        assert process.returncode is None
        assert (await metrics(port))["discord_session_open"] == 0
        assert stage.discord.gateway.identifies == identifies
    finally:
        stage.discord.world.allows_members_intent = True
        process.terminate()
        assert await process.wait() == 0


async def test_the_command_sync_names_a_wrong_token(stage: Stage) -> None:
    environment = stage.gateway_environment(1) | {"DISCORD_TOKEN": "MTQw.wrong.token"}
    code, errors = await run_once("services.gateway.sync_commands", environment)
    assert (code, errors) == (1, "DISCORD_TOKEN is wrong: Discord refuses it.\n")


async def test_the_command_sync_leaves_commands_of_guilds_alone(stage: Stage) -> None:
    foreign = {"id": "1", "name": "other", "type": 1}
    scope = stage.discord.world.commands.setdefault(stage.discord.world.guild_id, {})
    scope["1"] = foreign
    code, _ = await run_once("services.gateway.sync_commands", stage.gateway_environment(1))
    assert code == 0
    assert scope.pop("1") == foreign
    assert "invite" in {command["name"] for command in stage.discord.commands()}
