"""No command reaches over the wall: all of them are tried with the ids of another guild."""

import itertools
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.invitations.handlers import HANDLERS
from services.tickets.handlers import handlers
from shared.database import Pool
from shared.dispatch import Handlers, handle_once
from shared.messages.envelope import Actor, Command, Envelope, UnpressedCommand
from shared.messages.invitations.commands import DraftInvitation
from shared.messages.invitations.drafting import SaveDraft
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.registry import REGISTRY
from tests import builders
from tests.builders import HOST, INVITATION_ID, STAFF, in_guild
from tests.conftest import Site
from tests.services.tickets.conftest import open_, request
from tests.shared.inventing import commands

SERVICES: dict[str, Handlers] = {"invitations": HANDLERS, "tickets": handlers()}
DRAFTING = tuple(
    f"invitations.{name}"
    for name in ("SaveDraft", "ChooseForDraft", "ChooseDraftImage", "PostDraft", "DropDraft")
)
TEMPLATE = uuid4()
OPEN = uuid4()  # a draft that its host, who is staff, still works on
DRAFT, REQUEST = uuid4(), uuid4()  # still without an announcement and a thread
OURS: dict[str, dict[str, object]] = {
    "invitations": {"invitation_id": INVITATION_ID, "request_id": DRAFT, "guild_id": "1"}
    | {"template_id": TEMPLATE},
    "tickets": {"ticket_id": "5001", "request_id": REQUEST, "guild_id": "1"},
}
# What a command makes, it names by an id that is not there yet.
MADE: dict[str, dict[str, object]] = {
    "invitations.DraftInvitation": {"request_id": uuid4()},
    **{name: {"request_id": OPEN} for name in DRAFTING},
    "invitations.SaveTemplate": {"request_id": OPEN, "template_id": uuid4()},
    "invitations.PublishInvitation": {"invitation_id": "1002", "thread_id": "1002"},
    "tickets.RequestTicket": {"request_id": uuid4()},
    "tickets.OpenTicket": {"ticket_id": "5002"},
}
ABOUT_NOTHING = {
    # A member's own, in every guild.
    *("invitations.SetReminders", "invitations.ExportMyData", "invitations.EraseMyData"),
    *("tickets.ExportMyData", "tickets.EraseMyData"),
    # A service's own, about rows that it looks for itself.
    *("invitations.CleanInbox", "invitations.CloseOverdueInvitations", "tickets.CleanInbox"),
    *("invitations.FindOutdatedSeals", "invitations.ReplaceSeals"),
    *("tickets.FindOutdatedSeals", "tickets.ReplaceSeals"),
    # It lists what the member took part in where they ask: tests/services/test_canaries.py.
    "invitations.ReadHistory",
}
KINDS = [kind for kind in REGISTRY.values() if issubclass(kind, Command)]
NAMING = [kind for kind in KINDS if kind.wire_name() not in ABOUT_NOTHING]
TABLES = {
    "invitations": (
        *("invitations", "participants", "drafts", "audit_log", "repetitions", "calendars"),
        *("reminder_opt_outs", "templates"),
    ),
    "tickets": ("tickets", "requests", "audit_log"),
}
PRESSES = itertools.count(2**22)
# Few invent an event that begins before it ends, or a series with one end.
EXAMPLES: dict[type[Command], Command] = {
    DraftInvitation: builders.draft(),
    SaveDraft: builders.save(),
    RepeatInvitation: RepeatInvitation(
        actor=HOST, invitation_id=builders.INVITATION_ID, repetition=Repetition(times=2)
    ),
}


def named(kind: type[Command]) -> dict[str, object]:
    """Return the fields by which a command names something of guild 1, with its ids."""
    own = OURS[kind.wire_name().partition(".")[0]]
    return {name: own[name] for name in own if name in kind.model_fields}


def command(kind: type[Command], actor: Actor) -> Command:
    """Give a command about guild 1 by an actor; what it says besides is invented."""
    fields = named(kind) | MADE.get(kind.wire_name(), {})
    fields["reply_to"] = builders.reply_to(str(next(PRESSES)))
    example = EXAMPLES.get(kind) or commands(kind)[0]
    return kind.model_validate({**dict(example), **fields, "actor": actor})


@pytest.fixture
async def pools(tables: Site) -> AsyncIterator[dict[str, Pool]]:
    """Let guild 1 have an event and a draft, a ticket and a request, each with a member."""
    await tables.empty()
    pools = {name: await tables.pool(name, connections=2) for name in SERVICES}
    event, ticket = uuid4(), uuid4()
    for name, said in (
        ("invitations", builders.draft(event)),
        ("invitations", builders.publish(event)),
        ("invitations", builders.draft(DRAFT)),
        ("invitations", builders.save(OPEN, STAFF)),
        ("invitations", builders.save_template(OPEN, STAFF, TEMPLATE)),
        ("invitations", builders.join(builders.MEMBER)),
        ("tickets", request(ticket)),
        ("tickets", open_(ticket)),
        ("tickets", request(REQUEST, category="other")),
    ):
        await handle_once(Envelope.first(said), SERVICES[name], pools[name])
    yield pools
    for pool in pools.values():
        await pool.close()


async def rows(pool: Pool, service: str) -> list[str]:
    """Return everything that a service stores about events or tickets."""
    found = [await pool.fetch(f"SELECT {each}::text FROM {each}") for each in TABLES[service]]  # noqa: S608 - our own words
    return sorted(row[0] for table in found for row in table)


async def refusal(pool: Pool, service: str, said: Command) -> str | None:
    """Handle a command; return its refusal, after which nothing else may wait to be published."""
    await pool.execute("DELETE FROM outbox")
    handled = await handle_once(Envelope.first(said), SERVICES[service], pool)
    answers = await pool.fetch("SELECT body::jsonb -> 'body' ->> 'code' AS code FROM outbox")
    if handled != "refused":
        return None
    [row] = answers
    return str(row["code"])


@pytest.mark.parametrize("kind", NAMING, ids=lambda kind: kind.wire_name())
async def test_a_command_with_ids_of_another_guild_finds_nothing(
    pools: dict[str, Pool], kind: type[Command]
) -> None:
    service = kind.wire_name().partition(".")[0]
    pool, before = pools[service], await rows(pools[service], service)
    strangers = ["2", None]  # None is a direct message, or a service that presses nothing
    if issubclass(kind, UnpressedCommand):
        strangers.remove(None)
    for guild_id, who in itertools.product(strangers, (STAFF, HOST, builders.MEMBER)):
        code = await refusal(pool, service, command(kind, in_guild(who, guild_id)))
        assert code in {"not_found", "ticket_not_found"}
    assert await rows(pool, service) == before
    code = await refusal(pool, service, command(kind, STAFF))
    assert code not in {"not_found", "ticket_not_found"}, "or the ids above were those of nothing"


def test_a_command_names_a_row_of_a_guild_or_is_listed_as_one_that_names_none() -> None:
    assert [kind.wire_name() for kind in NAMING if not named(kind)] == []
    assert {kind.wire_name() for kind in KINDS} >= ABOUT_NOTHING
    listed = [kind for kind in KINDS if kind.wire_name() in ABOUT_NOTHING]
    assert [kind.wire_name() for kind in listed if named(kind)] == []


def test_no_command_that_members_press_is_one_without_a_guild() -> None:
    """A service's own commands may come without a guild, so no press may be of their classes."""
    unpressed = {kind.__name__ for kind in KINDS if issubclass(kind, UnpressedCommand)}
    assert unpressed == {
        *("PublishInvitation", "DiscardDraft", "OpenTicket", "DiscardRequest"),
        *("WithdrawMember", "CloseTicketsOfMember", "RecordActivity"),
        *("CloseInvitation", "RemindParticipants", "CloseOverdueInvitations", "CleanInbox"),
        *("AnnounceSignUp", "AnnounceStart"),
        *("WarnTicket", "CloseSilentTicket", "FindOutdatedSeals", "ReplaceSeals"),
        *("MoveAnnouncement", "MovePanel", "ReleaseFormerStaff", "ReportOwedRepairs"),
        *("UnpinList", "SaveImagePart", "DiscardImage"),
        *("RestateTickets", "EndTicketOfThread", "MoveTicketMessage"),
    }
