from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from services.invitations.handlers import HANDLERS
from services.invitations.http.answers import HTTP_ERRORS
from services.invitations.sql import invitations
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import Command, Envelope
from shared.messages.invitations.commands import CompleteInvitation, JoinInvitation, ShowInterest
from shared.messages.views import POSITION_HEADER, InvitationList, InvitationView
from tests import builders

Client = TestClient[web.Request, web.Application]
DETAIL = "/api/invitations/1"


async def say(pool: Pool, *commands: Command) -> None:
    for command in commands:
        assert await handle_once(Envelope.first(command), HANDLERS, pool) == "done"


async def published(pool: Pool, invitation_id: str, **changes: Any) -> None:
    request_id = uuid4()
    draft = builders.draft(request_id, vrchat_profile=builders.SEALED, **changes)
    await say(pool, draft, builders.publish(request_id, invitation_id))


async def listed(client: Client, query: str) -> list[str]:
    response = await client.get(f"/api/invitations{query}")
    assert response.status == 200
    found = InvitationList.model_validate_json(await response.text())
    return [each.id for each in found.invitations]


async def test_the_list_filters_and_shows_the_soonest_first(pool: Pool, client: Client) -> None:
    start = builders.soon(hours=1)
    await published(pool, "1", start_time=builders.soon(hours=2), tag="ゲーム")
    await published(pool, "3", start_time=start, tag="ゲーム")
    await published(pool, "2", start_time=start, tag="ゲーム")
    await published(pool, "4", tag="観光")
    await say(pool, CompleteInvitation(actor=builders.HOST, invitation_id="4"))

    assert await listed(client, "?tag=ゲーム&status=recruiting") == ["2", "3", "1"]
    assert await listed(client, "?tag=ゲーム&limit=1") == ["2"]
    assert await listed(client, "?status=completed") == ["4"]
    assert await listed(client, "") == ["2", "3", "1"]
    assert await listed(client, "?tag=観光") == []


async def test_the_detail_shows_everybody_in_the_order_they_came(
    pool: Pool, client: Client
) -> None:
    await published(pool, "1")
    one, two, three = (builders.member(number) for number in (1, 2, 3))
    await say(pool, ShowInterest(actor=one, invitation_id="1"))
    await say(pool, JoinInvitation(actor=two, invitation_id="1"))
    await say(pool, ShowInterest(actor=three, invitation_id="1"))
    await say(pool, JoinInvitation(actor=one, invitation_id="1"))

    response = await client.get("/api/invitations/1")

    text = await response.text()
    view = InvitationView.model_validate_json(text)
    assert [(p.user_id, p.status) for p in view.participants] == [
        (two.user_id, "joined"),
        (three.user_id, "interested"),
        (one.user_id, "joined"),
    ]
    assert (view.joined_count, view.interested_count, view.version) == (2, 1, 5)
    assert "v1.k1." not in text


async def test_the_first_thousand_interested_members_are_shown_and_all_are_counted(
    pool: Pool, client: Client
) -> None:
    await published(pool, "1", max_participants=1)
    await say(pool, JoinInvitation(actor=builders.member(0), invitation_id="1"))
    await pool.execute(
        "INSERT INTO participants (invitation_id, user_id, user_name, status, chosen_at,"
        "                          created_at)"
        " SELECT '1', (20000 + n)::text, 'x', 'interested', now(), now() + n * INTERVAL '1 ms'"
        "   FROM generate_series(1, 1500) AS n"
    )
    answer = await client.get("/api/invitations/1")
    view = InvitationView.model_validate_json(await answer.read())
    assert view.interested_count == 1500
    interested = [each.user_id for each in view.participants if each.status == "interested"]
    assert interested == [str(20000 + n) for n in range(1, 1001)]
    assert [each.user_id for each in view.participants if each.status == "joined"] == ["10000"]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/invitations?tag=", 400, "tag"),
        ("/api/invitations?status=draft", 400, "status"),
        ("/api/invitations?words=%00", 400, "words"),
        ("/api/invitations?limit=0", 400, "limit"),
        ("/api/invitations?limit=x", 400, "limit"),
        ("/api/invitations?sort=id", 400, "sort"),
        ("/api/invitations/abc", 400, "id"),
        ("/api/invitations/%00", 400, "id"),
        ("/api/invitations/404", 404, "id"),
    ],
)
async def test_a_wrong_question_is_refused_with_its_field(
    client: Client, path: str, status: int, field: str
) -> None:
    response = await client.get(path)
    problem = await response.json()
    assert (response.status, problem["field"]) == (status, field)
    assert response.content_type == "application/problem+json"


async def test_an_absent_database_is_answered_with_503(pool: Pool, client: Client) -> None:
    failed = HTTP_ERRORS._value.get()  # noqa: SLF001 - a counter is read in no other way
    await pool.close()
    for path in ("/api/invitations", "/api/invitations/1"):
        response = await client.get(path)
        assert response.status == 503
        assert int(response.headers["Retry-After"]) > 0
    assert HTTP_ERRORS._value.get() == failed  # noqa: SLF001


async def test_a_stored_value_that_the_contract_refuses_is_our_failure_and_not_the_clients(
    pool: Pool, client: Client
) -> None:
    await published(pool, "1")
    await pool.execute("UPDATE invitations SET description = ''")
    failed = HTTP_ERRORS._value.get()  # noqa: SLF001
    with capture_logs() as lines:
        response = await client.get(DETAIL)
    assert (response.status, (await response.json())["status"]) == (500, 500)
    assert response.content_type == "application/problem+json"
    assert "Retry-After" not in response.headers
    assert HTTP_ERRORS._value.get() == failed + 1  # noqa: SLF001
    [line] = lines
    assert (line["event"], line["log_level"]) == ("request.failed", "error")
    assert "description" in str(line["exc_info"])


async def test_a_statement_that_the_database_refuses_is_our_failure(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "SELECT_VIEW", "SELECT $1::text, absent FROM invitations")
    assert (await client.get(DETAIL)).status == 500


async def test_a_client_with_the_current_etag_gets_no_body(pool: Pool, client: Client) -> None:
    await published(pool, "1", tag="ゲーム")
    for path in ("/api/invitations?tag=ゲーム", "/api/invitations?tag=ゲーム&limit=5", DETAIL):
        first = await client.get(path)
        held = {"If-None-Match": first.headers["ETag"]}
        again = await client.get(path, headers=held)
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    await say(pool, JoinInvitation(actor=builders.MEMBER, invitation_id="1"))
    changed = await client.get(DETAIL, headers=held)
    assert changed.status == 200
    assert changed.headers["ETag"] != held["If-None-Match"]
    for value, status in (("*", 304), ("W/" + changed.headers["ETag"], 304), ('"other"', 200)):
        assert (await client.get(DETAIL, headers={"If-None-Match": value})).status == status


async def test_a_request_with_a_position_reads_no_older_data_and_gets_the_next_position(
    pool: Pool, client: Client
) -> None:
    await published(pool, "1", tag="ゲーム")
    paths = ("/api/invitations?tag=ゲーム", "/api/invitations?host=900", DETAIL)
    for path in paths:
        assert POSITION_HEADER not in (await client.get(path)).headers
        first = await client.get(path, headers={POSITION_HEADER: "0"})
        again = await client.get(path, headers={POSITION_HEADER: first.headers[POSITION_HEADER]})
        assert int(again.headers[POSITION_HEADER]) >= int(first.headers[POSITION_HEADER]) > 0
    # What is kept does not serve who may have been shown something newer.
    await say(pool, JoinInvitation(actor=builders.MEMBER, invitation_id="1"))
    position = (await client.get(DETAIL, headers={POSITION_HEADER: "0"})).headers[POSITION_HEADER]
    seen = await client.get(paths[0], headers={POSITION_HEADER: position})
    page = InvitationList.model_validate_json(await seen.text())
    assert [each.joined_count for each in page.invitations] == [1]


@pytest.mark.parametrize("position", ["-1", "x", "1" * 19, "１"])
async def test_a_wrong_position_is_refused_by_its_name(client: Client, position: str) -> None:
    response = await client.get("/api/invitations", headers={POSITION_HEADER: position})
    assert (response.status, (await response.json())["field"]) == (400, POSITION_HEADER)
