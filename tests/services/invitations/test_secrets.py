"""Reading a host's sealed texts: the members who may, and the audit log."""

import json
from typing import Any

import asyncpg
import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import Handled, handle_once
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations.commands import (
    CompleteInvitation,
    JoinInvitation,
    LeaveInvitation,
    RevealSecrets,
    SetInstanceLink,
    SetProfile,
    ShowInterest,
)
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF

PROFILE = "v1.k1.cHJvZmlsZQ"
LINK = "v1.k1.bGluaw"


async def say(pool: Pool, command: Command) -> Handled:
    return await handle_once(Envelope.first(command), HANDLERS, pool)


async def drain(pool: Pool) -> list[tuple[str, dict[str, Any]]]:
    """Give name and body of every message in the outbox, oldest first, and empty it."""
    rows = await pool.fetch("DELETE FROM outbox RETURNING id, routing_key, body")
    return [
        (row["routing_key"].partition(".")[2], json.loads(row["body"])["body"])
        for row in sorted(rows, key=lambda row: row["id"])
    ]


async def published(pool: Pool, **changes: Any) -> str:
    """Publish that invitation, empty the outbox, and return the request id."""
    draft = builders.draft(**changes)
    await say(pool, draft)
    await say(pool, builders.publish(draft.request_id))
    await drain(pool)
    return str(draft.request_id)


async def seated(pool: Pool, actor: Actor = MEMBER) -> None:
    await say(pool, JoinInvitation(actor=actor, invitation_id=INVITATION_ID))
    await drain(pool)


async def revealed(pool: Pool, actor: Actor) -> tuple[str, dict[str, Any]]:
    """Press 参加情報; give the name and the body of the one answer."""
    await say(
        pool,
        RevealSecrets(actor=actor, invitation_id=INVITATION_ID, reply_to=builders.reply_to()),
    )
    [answer] = await drain(pool)
    return answer


def set_link(actor: Actor = HOST, link: str = LINK, **fields: Any) -> SetInstanceLink:
    return SetInstanceLink(actor=actor, invitation_id=INVITATION_ID, instance_link=link, **fields)


async def log(pool: Pool) -> list[asyncpg.Record]:
    return await pool.fetch("SELECT * FROM audit_log ORDER BY id")


@pytest.mark.parametrize("actor", [MEMBER, HOST])
async def test_participants_and_the_host_read_the_sealed_texts(pool: Pool, actor: Actor) -> None:
    request_id = await published(pool, vrchat_profile=PROFILE)
    await seated(pool)
    await say(pool, set_link())
    await drain(pool)

    name, answer = await revealed(pool, actor)

    assert (name, answer["request_id"]) == ("SecretsRevealed", request_id)
    assert (answer["vrchat_profile"], answer["instance_link"]) == (PROFILE, LINK)


async def test_every_reveal_is_one_row_of_the_audit_log(pool: Pool) -> None:
    await published(pool, vrchat_profile=PROFILE)
    await seated(pool)
    press = Envelope.first(
        RevealSecrets(actor=MEMBER, invitation_id=INVITATION_ID, reply_to=builders.reply_to())
    )

    assert [await handle_once(press, HANDLERS, pool) for _ in range(2)] == ["done", "repeated"]
    assert len(await drain(pool)) == 1
    await revealed(pool, HOST)

    rows = await log(pool)
    assert [(row["actor_id"], row["actor_name"], row["action"]) for row in rows] == [
        (MEMBER.user_id, MEMBER.name, "invitations.RevealSecrets"),
        (HOST.user_id, HOST.name, "invitations.RevealSecrets"),
    ]
    assert {row["invitation_id"] for row in rows} == {INVITATION_ID}
    assert [json.loads(row["details"]) for row in rows] == [{"shown": ["vrchat_profile"]}] * 2
    assert PROFILE not in str(rows)


async def test_300_readings_leave_one_entry_until_the_link_changes(pool: Pool) -> None:
    await published(pool, vrchat_profile=PROFILE)
    await seated(pool)
    for _ in range(150):
        await revealed(pool, MEMBER)
    assert len(await log(pool)) == 1
    changed = SetInstanceLink(actor=HOST, invitation_id=INVITATION_ID, instance_link=LINK)
    await say(pool, changed)
    await drain(pool)
    for _ in range(150):
        await revealed(pool, MEMBER)
    actions = [row["action"].rpartition(".")[2] for row in await log(pool)]
    assert actions == ["RevealSecrets", "SetInstanceLink", "RevealSecrets"]


@pytest.mark.parametrize("actor", [MEMBER, STAFF])
async def test_a_member_without_a_seat_reads_no_secrets(pool: Pool, actor: Actor) -> None:
    await published(pool, vrchat_profile=PROFILE)
    for command in (None, ShowInterest(actor=actor, invitation_id=INVITATION_ID)):
        if command:
            await say(pool, command)
            await drain(pool)
        name, answer = await revealed(pool, actor)
        assert (name, answer["code"]) == ("CommandRefused", "not_seated")
        assert PROFILE not in str(answer)
    assert await log(pool) == []


async def test_a_member_who_gave_the_seat_back_reads_no_secrets(pool: Pool) -> None:
    await published(pool, vrchat_profile=PROFILE)
    await seated(pool)
    assert (await revealed(pool, MEMBER))[0] == "SecretsRevealed"
    await say(pool, LeaveInvitation(actor=MEMBER, invitation_id=INVITATION_ID))
    await drain(pool)

    _, answer = await revealed(pool, MEMBER)

    assert answer["code"] == "not_seated"
    assert len(await log(pool)) == 1


async def test_an_event_without_secrets_has_nothing_to_reveal(pool: Pool) -> None:
    await published(pool)
    await seated(pool)
    _, answer = await revealed(pool, MEMBER)
    assert answer["code"] == "nothing_to_reveal"
    assert await log(pool) == []


async def test_the_end_takes_the_secrets_along(pool: Pool) -> None:
    await published(pool, vrchat_profile=PROFILE)
    await seated(pool)
    await say(pool, set_link())
    await say(pool, CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID))
    await drain(pool)

    assert (await revealed(pool, MEMBER))[1]["code"] == "already_final"
    assert await say(pool, set_link()) == "refused"
    assert await pool.fetchval("SELECT instance_link FROM invitations") is None


@pytest.mark.parametrize("actor", [HOST, STAFF])
async def test_host_and_staff_set_and_replace_the_link(pool: Pool, actor: Actor) -> None:
    await published(pool)
    await say(pool, set_link(link="v1.k1.Zmlyc3Q"))
    await drain(pool)

    await say(pool, set_link(actor, reply_to=builders.reply_to(), told_type="friendplus"))

    (event_name, event), (answer_name, answer) = await drain(pool)
    assert (event_name, answer_name) == ("InstanceLinkChanged", "CommandAccepted")
    assert event["invitation"]["version"] == 3
    assert answer["details"] == {}
    assert answer["invitation"] == event["invitation"]
    assert LINK not in str([event, answer])
    assert await pool.fetchval("SELECT instance_link FROM invitations") == LINK
    rows = await log(pool)
    assert [row["actor_id"] for row in rows] == [HOST.user_id, actor.user_id]
    assert {row["action"] for row in rows} == {"invitations.SetInstanceLink"}
    assert LINK not in str(rows)


async def test_a_link_of_another_type_is_kept_and_the_host_warned(pool: Pool) -> None:
    await published(pool, instance_type="friendplus")
    await say(pool, set_link(reply_to=builders.reply_to(), told_type="public"))
    _, (_, answer) = await drain(pool)
    assert answer["details"] == {"told_type": "public"}


async def test_a_member_cannot_set_the_link(pool: Pool) -> None:
    await published(pool)
    await seated(pool)
    await say(pool, set_link(MEMBER, reply_to=builders.reply_to()))
    [(_, answer)] = await drain(pool)
    assert answer["code"] == "not_host"
    assert await pool.fetchval("SELECT instance_link FROM invitations") is None


async def test_the_next_reader_gets_the_replaced_profile(pool: Pool) -> None:
    await published(pool, vrchat_profile=PROFILE)
    profile, reply_to = "v1.k1.YW5kZXJz", builders.reply_to()
    command = SetProfile(
        actor=MEMBER, invitation_id=INVITATION_ID, vrchat_profile=profile, reply_to=reply_to
    )
    assert await say(pool, command) == "refused"
    assert (await drain(pool))[0][1]["code"] == "not_host"

    await say(pool, command.model_copy(update={"actor": HOST}))

    (name, event), (_, answer) = await drain(pool)
    assert (name, event["invitation"]["version"]) == ("ProfileChanged", 2)
    assert profile not in str([event, answer])
    assert (await revealed(pool, HOST))[1]["vrchat_profile"] == profile
    rows = await log(pool)
    assert rows[0]["action"] == "invitations.SetProfile"
    assert profile not in str(rows)
    await say(pool, CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID))
    assert await say(pool, command.model_copy(update={"actor": HOST})) == "refused"
