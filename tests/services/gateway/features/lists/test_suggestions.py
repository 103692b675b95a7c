"""Rule: a member who types or presses too fast costs little and reads the reason."""

from playground import demo
from services.gateway.settings import Limiters
from shared.broker import Broker
from shared.rate_limiter import Limiter
from tests.conftest import Site
from tests.services.gateway.delivery.test_publisher import LAX, messages, playing
from tests.stage import run_once


async def test_a_member_who_types_too_fast_reads_a_notice_instead_of_suggestions(
    wired: Broker,
) -> None:
    async with playing(wired, limiters=Limiters(LAX.presses, Limiter(0.001, 1))) as (discord, _):
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


async def test_a_flood_of_presses_never_reaches_the_broker(site: Site, wired: Broker) -> None:
    async with playing(wired, limiters=Limiters(Limiter(0.001, 4), LAX.suggestions)) as (
        discord,
        message_id,
    ):
        presses = [await discord.click(message_id, "join:1", user=demo.JIRO) for _ in range(30)]
        other = await discord.click(message_id, "join:1", user=demo.HANAKO)
        refused = [await press.answer(15) for press in presses[4:]]
        assert {"1 分間に 2 回まで" in each["content"] for each in refused} == {True}
        assert {each["flags"] & 64 for each in refused} == {64}
        assert len(await messages(site, 5)) == 5
        await other.acknowledged(15)
