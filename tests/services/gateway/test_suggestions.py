"""Rule: a member who types as fast as a program costs two reads a moment, and is told so."""

from playground import demo
from shared.broker import Broker
from tests.services.gateway.test_sender import playing
from tests.stage import run_once


async def test_a_member_who_asks_too_often_is_told_in_place_of_suggestions(wired: Broker) -> None:
    async with playing(wired) as (discord, _):
        settings = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        code, errors = await run_once("services.gateway.sync_commands", settings)
        assert code == 0, errors

        async def asked(user: str) -> list[str]:
            choices = await discord.autocomplete("invite show", "id", "会", user=user)
            return [choice["name"] for choice in choices]

        assert await asked(demo.JIRO) == []  # the reads are away, and were asked
        [sentence] = await asked(demo.JIRO)
        assert "入力が速すぎます" in sentence
        assert await asked(demo.HANAKO) == []
