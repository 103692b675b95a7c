"""Nothing typed gets lost: by a limit, by a restart of both gateways, or by an old form."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import Servers
from playground import demo
from tests.stage import FORM, Stage, button_of, changed, opened, ready, shown

MOST = 2


@pytest.fixture(scope="module")
async def limited(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Give a stage on which a host may have two drafts."""
    async with opened(Stage, servers, tmp_path_factory.mktemp("logs")) as stage:
        environment = stage.invitations_environment() | {"DRAFTS_PER_HOST": str(MOST)}
        invitations = await stage.launch("services.invitations", environment)
        await ready(stage.invitations_port, invitations)
        await stage.start_gateway(0)
        await stage.discord.wait_for_sessions(1)
        yield stage


async def test_one_draft_too_many_is_said_before_it_is_typed(limited: Stage) -> None:
    host = limited.discord.add_member("たくさん書く人")
    waiting = await limited.discord.slash("invite create", user=host)
    await waiting.modal(15)
    for number in range(MOST):
        await limited.draft(user=host, event_name=f"{number} 番目の会")

    answer = await (await limited.discord.slash("invite create", user=host)).answer()
    assert "下書きがすでに 2 件あります" in answer["content"]
    assert "1 番目の会" in shown(answer)
    assert button_of(answer, "draft_drop")

    # The form that was open before is given back.
    submit = await limited.discord.submit(waiting, FORM)
    answer = await submit.answer(15)
    assert "下書きがすでに 2 件あります" in answer["content"]
    assert all(text in shown(answer).replace("\\", "") for text in FORM.values())


async def test_a_draft_outlives_every_gateway(limited: Stage) -> None:
    card = await limited.draft(event_name="再起動の会", when="土よう 25:99")
    gateway = limited.gateways[0]
    gateway.kill()
    await gateway.wait()
    await limited.start_gateway(0)
    await limited.discord.wait_for_sessions(1)

    form = await limited.discord.click(card["id"], button_of(card, "compose"), user=demo.SAKURA)
    assert "土よう 25:99" in str(await form.modal(15))
    submit = await limited.discord.submit(form, {"when": "明日 21時〜23時"})
    card = await changed(submit, card)
    assert "21:00〜23:00" in card["content"]
    listed = await (await limited.discord.slash("invite drafts", user=demo.SAKURA)).answer()
    assert "再起動の会" in shown(listed)
