"""The release before runs on the schema of this one, alone and beside it: docs/migrations.md."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import psycopg
import pytest

from deploy.local.instance import PROJECT
from deploy.local.rabbitmq import definitions
from deploy.local.servers import Servers
from operations import dead_queue
from operations.letters import Selection
from playground import demo
from playground.interactions import Interaction
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Command, Envelope, ReplyTo, new_id
from shared.messages.invitations.commands import DraftInvitation, JoinInvitation
from tests import builders
from tests.composed import not_here
from tests.journeys import ticketing
from tests.journeys.conftest import IS_COMPOSED, Whole, local
from tests.keys import publisher
from tests.processes import Process
from tests.services.gateway.consumers.test_events import reply_to
from tests.services.gateway.discord.test_clocks import acknowledged
from tests.services.tickets.conftest import request
from tests.stage import shown

DEFINITIONS = "deploy/rabbitmq/definitions.json"
MIGRATIONS = [
    f"schema/{part}/*.sql" for part in ("messaging", "invitations", "tickets", "scheduler")
]


def git(*words: str) -> bytes:
    """Ask git; give nothing where it knows no answer, as in a clone without history."""
    done = subprocess.run(  # noqa: S603 - our own words
        ["git", *words],  # noqa: S607 - wherever it is
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    return b"" if done.returncode else done.stdout


def release_before() -> str:
    """Name the last release; while there is none, the commit before the newest migration.

    Nothing older than the first state whose commands have proofs: it was never released, and this
    state refuses its commands.
    """
    if tag := git("describe", "--tags", "--abbrev=0", "HEAD^").decode().strip():
        return tag
    before = git("rev-parse", "--verify", "--quiet", f"{added(*MIGRATIONS)}^").decode().strip()
    proved = added("shared/proofs.py")
    is_older = git("merge-base", before, proved).decode().strip() == before
    return proved if is_older else before


def added(*paths: str) -> str:
    """Return the newest commit that added one of some files."""
    return git("log", "-1", "--diff-filter=A", "--format=%H", "--", *paths).decode().strip()


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """Give a folder with the services as they were."""
    if IS_COMPOSED:
        not_here("its images are those of this tree")
    packed = tmp_path / "earlier.zip"
    parts = ("services", "shared", DEFINITIONS)
    git("archive", f"--output={packed}", release_before() or "none", *parts)
    if not packed.exists():
        pytest.skip("This clone has no history to take the release before from.")
    shutil.unpack_archive(packed, tmp_path / "earlier")
    return tmp_path / "earlier"


# Releases before 0.1.0 take these locks. An upgraded database keeps the right until the next run of
# `migrate`, a new one never has it: schema/roles.sql. Drop this once 0.1.0 is tagged.
LOCKS = """
pg_try_advisory_xact_lock(bigint), pg_advisory_xact_lock(bigint),
pg_advisory_xact_lock(integer, integer), pg_advisory_xact_lock_shared(integer, integer)
"""


@pytest.fixture
def upgraded(servers: Servers) -> Iterator[None]:
    """Let the databases of a test be as an upgrade leaves them."""
    servers.create_database("upgraded")  # so that there is the one that all are copies of
    servers.drop_database("upgraded")
    with psycopg.connect(servers.superuser_url("migrated"), autocommit=True) as connection:
        connection.execute(f"GRANT EXECUTE ON FUNCTION {LOCKS} TO PUBLIC".encode())
    yield
    with psycopg.connect(servers.superuser_url("migrated"), autocommit=True) as connection:
        connection.execute(f"REVOKE EXECUTE ON FUNCTION {LOCKS} FROM PUBLIC".encode())


async def bind_as_before(whole: Whole, earlier: Path) -> None:
    """Let RabbitMQ be as an import leaves it: what was bound before is still bound."""
    known = json.loads((earlier / DEFINITIONS).read_text())
    here = {
        kind: [{**each, "vhost": whole.vhost} for each in known[kind]]
        for kind in ("exchanges", "queues", "bindings")
    }
    login = aiohttp.encode_basic_auth(*whole.servers.management_credentials)
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        url = f"{whole.servers.management_url}/api/definitions"
        (await http.post(url, json=here)).raise_for_status()
    new = {each["name"] for each in definitions()["queues"]}
    whole.unread = frozenset(new - {each["name"] for each in known["queues"]})


async def announced(whole: Whole, event_name: str) -> str:
    """Announce an event by a command of both releases; their forms differ."""
    host = Actor(user_id=demo.SAKURA, name="さくら", guild_id=demo.GUILD_ID)
    said = builders.details(event_name=event_name, max_participants=2)
    fields = {"host_name": host.name, "details": said, "channel_id": demo.ANNOUNCEMENT_CHANNEL_ID}
    command = DraftInvitation(actor=host, request_id=new_id(), guild_id=demo.GUILD_ID, **fields)
    broker = await publisher(whole.servers.rabbitmq_url("gateway", whole.vhost))
    envelope = Envelope.first(command)
    await broker.publish(COMMANDS, envelope.name, envelope)
    await broker.close()
    message = await whole.discord.wait_for_message(
        lambda m: event_name in shown(m) and "募集中" in shown(m),
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=30,
    )
    return str(message["id"])


async def play(whole: Whole, event_name: str) -> None:
    """Create, join, wait, leave; open, claim and close a ticket: every press is answered."""
    invitation_id = await announced(whole, event_name)
    for member in (demo.TARO, demo.HANAKO):
        assert "参加しました" in (await whole.press("join", invitation_id, member))["content"]
    await whole.shows(invitation_id, "満員", "2 / 2")
    assert "番目" in (await whole.press("wait", invitation_id, demo.JIRO))["content"]
    assert "取り消しました" in (await whole.press("leave", invitation_id, demo.TARO))["content"]
    await whole.shows(invitation_id, f"<@{demo.JIRO}>", "2 / 2")
    ticket_id = await ticketing.opened(whole)
    assert "担当" in await ticketing.press(whole, ticket_id, "担当する", demo.MIDORI)
    message_id = ticketing.first(whole, ticket_id)["id"]
    form = await whole.discord.click(message_id, label="閉じる", user=demo.TARO)
    await form.modal(15)
    closed = await whole.discord.submit(form, {"close_reason": "届きました"})
    assert "閉じました" in (await closed.answer(20))["content"]
    await whole.settled()  # nothing waits, and nothing is among the dead letters
    assert '"level": "error"' not in whole.log()


async def shorten_retries(whole: Whole) -> None:
    """Let the ladder of retries, 71 s long, take less than a second in this vhost."""
    login = aiohttp.encode_basic_auth(*whole.servers.management_credentials)
    policies = f"{whole.servers.management_url}/api/policies/{whole.vhost}"
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        for policy in await (await http.get(policies)).json():
            if "retry" in policy["name"]:
                policy["definition"]["message-ttl"] = 100
                await http.put(f"{policies}/{policy['name']}", json=policy)


async def refuse(whole: Whole, newer: str, answer_to: Callable[[ReplyTo], Command]) -> None:
    """Publish a command with a word that no service knows; its member reads a refusal."""
    taken = await acknowledged(whole)
    envelope = Envelope.first(answer_to(reply_to(taken.id, f"0 {taken.token}")))
    known, unknown = newer.split(" -> ")
    text, name = (each.replace(known, unknown) for each in (envelope.to_json(), envelope.name))
    broker = await publisher(whole.servers.rabbitmq_url("gateway", whole.vhost))
    await broker.publish(COMMANDS, name, text, message_id=str(envelope.id), name=name)
    await broker.close()
    await whole.discord.wait_until(
        lambda: "受け付けられませんでした" in taken.current()["content"], "it is refused", 30
    )


async def play_newer(whole: Whole) -> None:
    """A command of a newer release: its member is answered, and an operator can replay it."""
    await shorten_retries(whole)

    def join(reply_to: ReplyTo) -> Command:
        return JoinInvitation(actor=builders.MEMBER, invitation_id="1", reply_to=reply_to)

    def ask(reply_to: ReplyTo) -> Command:
        return request(reply_to=reply_to)

    await refuse(whole, "JoinInvitation -> JoinWithFriends", join)
    await refuse(whole, '"question" -> "appeal"', ask)
    url = whole.servers.rabbitmq_url("operator", whole.vhost)
    async with dead_queue.opened(url) as letters:
        found = await letters.find(Selection())
    assert [(each.name, each.queue) for each in found] == [
        ("invitations.JoinWithFriends", "invitations.commands"),
        ("tickets.RequestTicket", "tickets.commands"),
    ]


async def end(*processes: Process) -> None:
    """Kill processes: how they end is not what is asked."""
    for process in processes:
        process.kill()
        await process.wait()


@pytest.mark.usefixtures("upgraded")
async def test_the_release_before_and_this_one_play_together_on_this_schema(
    servers: Servers, earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a roll-out: either may be the gateway, and either the services."""
    monkeypatch.setattr(Interaction, "ACKNOWLEDGE_SECONDS", 60.0)  # while processes start
    logs = tmp_path / "logs"
    logs.mkdir()
    async with local(servers, logs, earlier) as whole:
        await bind_as_before(whole, earlier)
        await play(whole, "前の版だけの会")

        await end(whole.gateways[1])
        whole.folder = PROJECT
        await whole.start_gateway(2)
        await whole.discord.wait_for_sessions(2)
        await play(whole, "両方の版が聞く会")

        await end(whole.gateways[0])
        await play(whole, "サービスだけが前の版の会")

        await end(whole.invitations, whole.tickets, whole.scheduler)
        await asyncio.gather(
            whole.start_invitations(), whole.start_tickets(), whole.start_scheduler()
        )
        whole.folder = earlier
        await whole.start_gateway(0)
        await end(whole.gateways[2])
        await play(whole, "Gateway だけが前の版の会")
        await play_newer(whole)
        await end(*(each for each in whole.processes if each.returncode is None))
