"""Calendars: their owners, their contents and their HTTP answers."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import ics
import pytest
import vobject
from aiohttp import web
from aiohttp.test_utils import TestClient
from icalendar import Calendar, Event

from services.invitations.http.ical import write
from services.invitations.sql.calendars import Entry, Owner
from shared.database import Pool
from shared.messages.invitations.calendars import (
    NewAddress,
    RenewCalendar,
    RevokeCalendar,
    ShowCalendars,
)
from shared.messages.views import MemberHistory
from tests import builders
from tests.builders import HOST, MEMBER, SEALED, STAFF
from tests.schema.rows import insert, invitation, participant
from tests.services.invitations.telling import drain, say

Client = TestClient[web.Request, web.Application]
AT = datetime(2030, 1, 1, 12, tzinfo=UTC)


def address(token: str) -> NewAddress:
    return NewAddress(
        token=f"{SEALED}{token}", token_sha256=hashlib.sha256(token.encode()).hexdigest()
    )


async def answered(pool: Pool, command: Any) -> tuple[str, dict[str, Any]]:
    await say(pool, command)
    [answer] = await drain(pool)
    return answer


def show(member: str, guild: str, actor: Any = MEMBER) -> ShowCalendars:
    return ShowCalendars(
        actor=actor,
        reply_to=builders.reply_to(),
        guild_id="1",
        member=address(member),
        guild=address(guild),
    )


async def read(client: Client, token: str, **query: str) -> list[Event]:
    response = await client.get(f"/calendars/{token}.ics", params=query)
    assert response.status == 200, await response.text()
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(await response.read()).events


async def planted(pool: Pool, *, user: str = MEMBER.user_id, **parts: str) -> None:
    """Let events stand by their ids, with the part a member has in each."""
    for name, part in parts.items():
        id_ = name.removeprefix("n")
        changes = {"host_id": user} if part == "hosted" else {}
        row = invitation(max_participants=1 if part == "waitlisted" else 2, **changes)
        await insert(pool, "invitations", row | {"id": id_})
        if part == "waitlisted":
            await insert(pool, "participants", participant(id_))
        if part not in {"hosted", "none"}:
            await insert(pool, "participants", participant(id_, user_id=user, status=part))


async def test_an_address_is_kept_renewed_and_revoked(pool: Pool, client: Client) -> None:
    await planted(pool, n1="joined")
    name, first = await answered(pool, show("own", "guild"))
    assert name == "CalendarsShown"
    assert (first["member"], first["guild"]) == (f"{SEALED}own", f"{SEALED}guild")
    _, again = await answered(pool, show("other", "another"))
    assert again["member"] == first["member"], "an address stays until it is renewed"
    assert [event["UID"] for event in await read(client, "own")] == ["1@invitations.doukikai"]

    renew = RenewCalendar(
        actor=MEMBER,
        reply_to=builders.reply_to(),
        guild_id="1",
        owner="member",
        address=address("new"),
    )
    assert (await answered(pool, renew))[1]["member"] == f"{SEALED}new"
    assert (await client.get("/calendars/own.ics")).status == 404
    assert len(await read(client, "new")) == 1

    revoke = RevokeCalendar(actor=MEMBER, reply_to=builders.reply_to(), guild_id="1")
    _, gone = await answered(pool, revoke)
    assert (gone["member"], gone["guild"]) == (None, f"{SEALED}guild")
    assert (await client.get("/calendars/new.ics")).status == 404
    assert len(await read(client, "guild")) == 1


async def test_only_staff_renew_the_address_of_a_guild_and_it_is_written_down(pool: Pool) -> None:
    await answered(pool, show("own", "guild"))

    def renew(actor: Any) -> RenewCalendar:
        return RenewCalendar(
            actor=actor,
            reply_to=builders.reply_to(),
            guild_id="1",
            owner="guild",
            address=address("new"),
        )

    assert (await answered(pool, renew(HOST)))[1]["code"] == "not_staff"
    assert (await answered(pool, renew(STAFF)))[1]["guild"] == f"{SEALED}new"
    rows = await pool.fetch("SELECT actor_id, action, invitation_id FROM audit_log")
    assert [tuple(row) for row in rows] == [(STAFF.user_id, "invitations.RenewCalendar", None)]


async def test_a_members_own_calendar_shows_their_part_in_each_event(
    pool: Pool, client: Client
) -> None:
    parts = {"n1": "joined", "n2": "waitlisted", "n3": "interested", "n4": "hosted", "n5": "none"}
    await planted(pool, **parts, n6="joined")
    await planted(pool, user="77", n7="joined")
    await pool.execute(
        "UPDATE invitations SET status = 'cancelled', vrchat_profile = NULL WHERE id = '6'"
    )
    await answered(pool, show("own", "guild"))

    events = {str(event["UID"]).partition("@")[0]: event for event in await read(client, "own")}

    assert {id_: str(event["STATUS"]) for id_, event in events.items()} == {
        "1": "CONFIRMED",
        "2": "TENTATIVE",
        "3": "TENTATIVE",
        "4": "CONFIRMED",
        "6": "CANCELLED",
    }
    assert str(events["2"]["SUMMARY"]) == "【キャンセル待ち】夜の観光"
    assert events["1"].start == AT
    assert events["1"].end == AT + timedelta(hours=2)
    row = await pool.fetchrow("SELECT version, updated_at FROM invitations WHERE id = '1'")
    assert row is not None
    assert events["1"]["SEQUENCE"] == row["version"]
    assert row["updated_at"].replace(microsecond=0) == events["1"].DTSTAMP
    english = {str(event["SUMMARY"]) for event in await read(client, "own", lang="en")}
    assert "[Interested] 夜の観光" in english
    assert {str(event["SUMMARY"]) for event in await read(client, "own", lang="pt-BR")} == english


async def test_a_guilds_calendar_holds_its_open_events_and_no_secret(
    pool: Pool, client: Client
) -> None:
    await planted(pool, n1="none", n2="none")
    other = invitation(guild_id="9")
    await insert(pool, "invitations", other)
    await pool.execute(
        "UPDATE invitations SET status = 'completed', vrchat_profile = NULL WHERE id = '2'"
    )
    await pool.execute("UPDATE invitations SET instance_link = $1 WHERE id = '1'", f"{SEALED}link")
    await answered(pool, show("own", "guild"))
    response = await client.get("/calendars/guild.ics")
    text = await response.text()
    assert text.count("BEGIN:VEVENT") == 1
    assert SEALED not in text
    assert "DTSTART:20300101T120000Z" in text


async def test_a_member_who_has_this_very_calendar_gets_no_body(pool: Pool, client: Client) -> None:
    await answered(pool, show("own", "guild"))
    first = await client.get("/calendars/own.ics")
    assert first.headers["Cache-Control"].startswith("private")
    known = {"If-None-Match": first.headers["ETag"]}
    again = await client.get("/calendars/own.ics", headers=known)
    assert (again.status, await again.read()) == (304, b"")
    await planted(pool, n1="joined")
    changed = await client.get("/calendars/own.ics", headers=known)
    assert changed.status == 200


@pytest.mark.parametrize("token", ["x", "%00", "%ED%A0%80", "a" * 2000, "0" * 64])
async def test_a_wrong_address_leads_nowhere(pool: Pool, client: Client, token: str) -> None:
    await answered(pool, show("own", "guild"))
    assert (await client.get(f"/calendars/{token}.ics")).status == 404


def an_entry(**changes: Any) -> Entry:
    fields = {
        **dict.fromkeys(("id", "guild_id", "channel_id"), "1"),
        "version": 3,
        "host_name": "h;,\n",
        "event_name": "a,b;c\\n",
        "world_name": "w",
        "world_link": None,
        "description": "d",
        "status": "full",
        "part": "none",
        "announcement_id": "1",
        "start_time": AT,
        "end_time": AT + timedelta(hours=1),
        "updated_at": AT,
    }
    return Entry(**fields | changes)


# Rows from before the contract removed them can hold any control but NUL.
CONTROLS = "".join(map(chr, [*range(1, 0x20), *range(0x7F, 0xA0), 0x2028, 0x202E]))


@pytest.mark.parametrize("field", ["description", "event_name", "world_name", "host_name"])
def test_strict_readers_read_the_whole_feed(field: str) -> None:
    """One control character in one text must not cost a reader every event."""
    entries = [an_entry(**{field: f"前{CONTROLS}後"}), an_entry(id="2", status="cancelled")]

    written = write(Owner("guild", "1"), entries, "ja")

    strict = Calendar.from_ical(written)
    assert strict.errors == []
    assert [event.errors for event in strict.events] == [[], []]
    assert not set(CONTROLS) & set(written.decode()) - set("\r\n\t")
    text = written.decode()
    assert len(ics.Calendar(text).events) == 2
    other = vobject.readOne(text)
    assert other.validate(raiseException=True)
    assert [event.uid.value.partition("@")[0] for event in other.vevent_list] == ["1", "2"]
    words = " ".join(str(strict.events[0][name]) for name in ("SUMMARY", "DESCRIPTION", "LOCATION"))
    assert re.search("前\\s+後", words), "what is around the controls is kept"


def test_a_feed_says_how_often_to_look_as_readers_expect_it() -> None:
    lines = write(Owner("guild", "1"), [], "ja").decode().splitlines()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
    assert "X-PUBLISHED-TTL:PT15M" in lines


def test_words_of_members_stay_words() -> None:
    """Whatever a host types, it is one event, and reads as it was typed."""
    hostile = "x\r\nEND:VEVENT\nBEGIN:VEVENT\n;,\\ " + "長" * 300
    written = write(Owner("guild", "1"), [an_entry(description=hostile)], "ja")
    [event] = Calendar.from_ical(written).events
    assert str(event["SUMMARY"]) == "a,b;c\\n"
    assert "END:VEVENT\nBEGIN:VEVENT" in str(event["DESCRIPTION"])
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


async def test_the_secret_of_ones_own_calendar_opens_ones_history(
    pool: Pool, client: Client
) -> None:
    await planted(pool, n1="joined", n2="interested", n3="hosted", n4="none", n5="joined")
    await planted(pool, user="77", n6="joined")
    await pool.execute(
        "UPDATE invitations SET status = 'cancelled', vrchat_profile = NULL WHERE id = '5'"
    )
    await pool.execute("UPDATE invitations SET instance_link = $1 WHERE id = '1'", f"{SEALED}link")
    await answered(pool, show("own", "guild"))

    first = await client.get("/api/members/own/history?limit=1")
    text = await first.text()
    page = MemberHistory.model_validate_json(text)
    second = await client.get(f"/api/members/own/history?limit=1&cursor={page.next}")
    last = MemberHistory.model_validate_json(await second.text())

    assert [(entry.id, entry.participation_status) for entry in (*page.entries, *last.entries)] == [
        ("2", "interested"),
        ("1", "joined"),
    ]
    assert (page.previous, last.next) == (None, None)
    assert last.previous
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert SEALED not in text
    tagged = MemberHistory.model_validate_json(
        await (await client.get("/api/members/own/history?tag=ゲーム")).text()
    )
    assert tagged.entries == []
    wrong = [f"/api/members/{token}/history" for token in ("guild", "42", "x", "%00", "%ED%A0%80")]
    assert {(await client.get(path)).status for path in wrong} == {404}
    assert (await client.get("/api/members/x/history?limit=0")).status == 400
