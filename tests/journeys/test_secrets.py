"""A host's private texts go from the form to the participants only."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import aiohttp
import asyncpg
import pytest

from playground import demo
from shared.proofs import CommandKeys
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import opened, rows
from tests.stage import INSTANCE_LINK, PROFILE, SEALING_KEYS

NEW_KEY = "k2:" + "E" * 43

FOR_PARTICIPANTS = (
    "参加情報を読めるのは、参加者と主催者、共同主催だけです。参加が決まると読めます。"
)


async def audited(whole: Whole, invitation_id: str) -> list[tuple[str, str]]:
    """Give who did what to an invitation, oldest first."""
    connection = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    rows = await connection.fetch(
        "SELECT actor_id, action FROM invitations.audit_log WHERE invitation_id = $1 ORDER BY id",
        invitation_id,
    )
    await connection.close()
    return [(row["actor_id"], row["action"].partition(".")[2]) for row in rows]


async def test_only_participants_read_profile_and_link(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="秘密を読む会", vrchat_profile=PROFILE)
    await whole.press("join", invitation_id, demo.TARO)
    await whole.press("interest", invitation_id, demo.JIRO)
    assert "インスタンスリンクを設定しました" in await whole.set_link(invitation_id, INSTANCE_LINK)

    answer = await whole.press("reveal", invitation_id, demo.TARO)
    assert answer["flags"] & 64
    assert f"<{PROFILE}>" in answer["content"]
    assert f"<{INSTANCE_LINK}> (Friends+ · 日本)" in answer["content"]
    assert PROFILE in (await whole.press("reveal", invitation_id, demo.SAKURA))["content"]
    profile = PROFILE.replace("usr_c", "usr_d")
    answer = await whole.fill_in_form("profile", invitation_id, vrchat_profile=profile)
    assert "VRChat プロフィールを設定しました" in answer
    answer = await whole.fill_in_form("profile", invitation_id, vrchat_profile="だめ")
    assert "ユーザーページではありません" in answer
    assert profile in (await whole.press("reveal", invitation_id, demo.TARO))["content"]
    for outsider in (demo.JIRO, demo.HANAKO, demo.MIDORI):
        refused = await whole.press("reveal", invitation_id, outsider)
        assert refused["content"] == FOR_PARTICIPANTS

    await whole.press("leave", invitation_id, demo.TARO)
    refused = await whole.press("reveal", invitation_id, demo.TARO)
    assert refused["content"] == FOR_PARTICIPANTS
    assert await audited(whole, invitation_id) == [
        (demo.SAKURA, "SetInstanceLink"),
        (demo.TARO, "RevealSecrets"),
        (demo.SAKURA, "RevealSecrets"),
        (demo.SAKURA, "SetProfile"),
        (demo.TARO, "RevealSecrets"),
    ]


async def test_a_link_that_differs_from_the_form_is_taken_with_a_warning(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="公開範囲が違う会")
    public = INSTANCE_LINK.replace("~hidden(usr_1)", "")
    warned = await whole.set_link(invitation_id, public)
    assert "Public ですが、募集の公開範囲は Friends+" in warned
    assert "リンクのワールドは、募集に書かれたワールドのリンクと違います" in warned
    again = await whole.set_link(invitation_id, "https://vrch.at/abc12345")
    assert "設定しました" in again
    assert "⚠" not in again
    read = (await whole.press("reveal", invitation_id, demo.SAKURA))["content"]
    assert "<https://vrch.at/abc12345>" in read
    assert "instanceId" not in read


async def test_a_wrong_link_is_named_and_never_sealed(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="リンクを間違える会")
    answer = await whole.set_link(invitation_id, "https://vrchat.com/home/world/wrld_1")
    assert "インスタンスリンク: インスタンスのリンクではありません" in answer
    assert (await whole.row(invitation_id))["instance_link"] is None
    read = await whole.press("reveal", invitation_id, demo.SAKURA)
    assert "まだ設定されていません" in read["content"]


@pytest.mark.parametrize(
    ("user", "is_offered"), [(demo.SAKURA, True), (demo.MIDORI, True), (demo.TARO, False)]
)
async def test_only_host_and_staff_are_offered_the_form(
    whole: Whole,
    user: str,
    is_offered: bool,  # noqa: FBT001 - a column of the table
) -> None:
    invitation_id = await whole.create(event_name="リンクの会", vrchat_profile=PROFILE)
    details = await whole.press("detail", invitation_id, user)
    assert ("インスタンスリンク" in str(details["components"])) == is_offered


async def lose_key(whole: Whole, invitation_id: str) -> None:
    """Let a profile be sealed with a key that is on no ring."""
    connection = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    await connection.execute(
        "UPDATE invitations.invitations"
        " SET vrchat_profile = replace(vrchat_profile, $2, 'v1.gone.') WHERE id = $1",
        invitation_id,
        f"v1.{SEALING_KEYS.partition(':')[0]}.",
    )
    await connection.close()


async def test_a_key_that_left_the_ring_is_answered_with_a_sentence(whole: Whole) -> None:
    """Nothing is retried without end: the answer comes, and the queue behind it moves on."""
    invitation_id = await whole.create(event_name="鍵をなくした会", vrchat_profile=PROFILE)
    await lose_key(whole, invitation_id)
    answer = await whole.press("reveal", invitation_id, demo.SAKURA)
    assert "開けませんでした" in answer["content"]


async def test_a_key_leaves_the_ring_while_everything_runs(whole: Whole) -> None:
    """Also: what no key opens does not keep the rest back."""
    await lose_key(whole, await whole.create(event_name="替えられない会", vrchat_profile=PROFILE))
    invitation_id = await whole.create(event_name="鍵を替える会", vrchat_profile=PROFILE)
    await whole.set_link(invitation_id, INSTANCE_LINK)
    member = await whole.member("鍵の前に相談した人")
    ticket_id = await opened(whole, user=member)
    await with_keys(whole, f"{NEW_KEY},{SEALING_KEYS}")
    await becomes_true(lambda: is_sealed_under(whole, invitation_id, "k2"))
    await becomes_true(lambda: is_subject_under(whole, ticket_id, "k2"))

    await with_keys(whole, NEW_KEY)
    read = (await whole.press("reveal", invitation_id, demo.SAKURA))["content"]
    assert PROFILE in read
    assert INSTANCE_LINK in read
    tickets = await whole.discord.slash("ticket history", user=member)
    assert f"<#{ticket_id}> 相談です" in (await tickets.answer(20))["embeds"][0]["description"]

    await whole.stop_process(whole.invitations)
    await whole.start_invitations()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{whole.invitations_port}") as http:
        metrics = ""

        async def is_measured() -> bool:
            nonlocal metrics
            metrics = await (await http.get("/metrics")).text()
            return 'sealed_texts{key_id="k2"}' in metrics

        await becomes_true(is_measured)
    assert re.search(r'^sealed_texts\{key_id="gone"\} [12]\.0$', metrics, re.MULTILINE)
    assert 'key_id="k1"' not in metrics


async def with_keys(whole: Whole, ring: str) -> None:
    """Start everything again with other keys, the gateways last."""
    for service, start in (
        ("invitations", whole.start_invitations),
        ("tickets", whole.start_tickets),
        ("scheduler", whole.start_scheduler),
    ):
        await whole.stop_process(getattr(whole, service))
        await start(COMMAND_KEYS=str(CommandKeys.derived(ring, service)))
    for number, process in list(whole.gateways.items()):
        await whole.stop_process(process)
        await whole.start_gateway(number, SEALING_KEYS=ring)


async def is_sealed_under(whole: Whole, invitation_id: str, key_id: str) -> bool:
    row = await whole.row(invitation_id)
    sealed = (row["vrchat_profile"], row["instance_link"])
    return all(text.startswith(f"v1.{key_id}.") for text in sealed)


async def is_subject_under(whole: Whole, ticket_id: str, key_id: str) -> bool:
    query = f"SELECT subject FROM tickets.tickets WHERE id = '{ticket_id}'"  # noqa: S608 - ids of our own
    [row] = await rows(whole, query)
    return str(row["subject"]).startswith(f"v1.{key_id}.")


async def becomes_true(look: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again, where neither a row nor a metric tells that it changes."""
    async with asyncio.timeout(20):
        while True:
            if await look():
                return
            await asyncio.sleep(0.05)
