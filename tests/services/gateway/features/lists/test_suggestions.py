"""Rule: a member who types or presses too fast costs little and reads the reason."""

import pytest

from playground import demo
from playground.press import Press
from services.gateway.features.lists.pages import ListPage
from services.gateway.settings import Limiters
from shared.broker import Broker
from shared.rate_limiter import Limiter
from tests.conftest import Site
from tests.services.gateway.delivery.test_publisher import LAX, messages, playing
from tests.services.gateway.discord.test_forged import forge_form_on, forge_on
from tests.stage import INSTANCE_LINK, run_once

LIST = ListPage(None, None, None)


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


@pytest.mark.parametrize("pressed", ["detail:1", "edit:1", LIST.encode(), "link:1"])
async def test_a_flood_of_presses_that_only_read_is_refused(wired: Broker, pressed: str) -> None:
    """L6: 150 presses of Detail in two seconds were all read."""
    limiters = Limiters(Limiter(0.001, 4), LAX.suggestions)
    async with playing(wired, limiters=limiters) as (discord, _):

        def press(user: str) -> Press:
            if pressed == "link:1":
                return forge_form_on(discord, pressed, user, {"instance_link": INSTANCE_LINK})
            return forge_on(discord, pressed, user)

        presses = [press(demo.JIRO) for _ in range(30)]
        said = [(await each.answer(15))["content"] for each in (*presses, press(demo.HANAKO))]
        assert sum("いまは読み込めません" in each for each in said[:-1]) == 4
        assert sum("1 分間に 2 回まで" in each for each in said[:-1]) == 26
        assert "いまは読み込めません" in said[-1]
