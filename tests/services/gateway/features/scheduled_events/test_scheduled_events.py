"""Invitations are mirrored as scheduled events where a guild wants it, without harm to others."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import pytest

from deploy.local.servers import Servers
from playground import demo
from playground.refusals import Payload
from services.gateway.features.scheduled_events.views import link_of, scheduled_event
from tests.conformance import ABSENT, load_specification
from tests.services.gateway.drawing.test_views import WORST, view
from tests.services.gateway.features.closing.test_closing import cancel, closed, forged
from tests.services.gateway.features.editing.test_editing import opened_form, sent
from tests.services.gateway.features.reconcile.repairs import delete, posted_again
from tests.stage import INSTANCE_LINK, PROFILE, Stage, opened, ready

EVENTS = "/guilds/{guild_id}/scheduled-events"


@pytest.fixture(scope="module")
async def mirroring(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Run the invitations service, and a gateway that mirrors."""
    async with opened(Stage, servers, tmp_path_factory.mktemp("logs")) as stage:
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.invitations_port, invitations)
        await stage.set_up(mirrors_scheduled_events=True)
        await stage.start_gateway(0)
        await stage.discord.wait_for_sessions(1)
        yield stage


async def events(
    stage: Stage, invitation_id: str, is_right: Callable[[list[Payload]], object]
) -> list[Payload]:
    """Wait until what the guild has of an invitation is right; give it."""

    def found() -> list[Payload]:
        all_of_them = stage.discord.world.scheduled_events.values()
        return [e for e in all_of_them if e["description"].endswith(f"/{invitation_id}")]

    await stage.discord.wait_until(lambda: is_right(found()), "the events are right", 15)
    return found()


def with_status(status: int) -> Callable[[list[Payload]], object]:
    return lambda found: [event["status"] for event in found] == [status]


async def test_an_event_follows_its_invitation_to_the_end(mirroring: Stage) -> None:
    invitation_id = await mirroring.create(event_name="暦に載る会", vrchat_profile=PROFILE)
    [event] = await events(mirroring, invitation_id, with_status(1))
    announcement = await mirroring.shows(invitation_id)
    [(start, end)] = re.findall(r"<t:(\d+):F> 〜 <t:(\d+):t>", str(announcement["embeds"]))
    assert (event["name"], event["entity_metadata"]) == ("暦に載る会", {"location": "Japan Street"})
    assert event["entity_type"] == 3
    times = [event["scheduled_start_time"], event["scheduled_end_time"]]
    assert [datetime.fromisoformat(at).timestamp() for at in times] == [int(start), int(end)]
    assert PROFILE not in str(event)
    assert INSTANCE_LINK not in str(event)

    form = await opened_form(mirroring, invitation_id, demo.SAKURA, "edit")
    await sent(mirroring, form, event_name="名の変わった会", world_name="Kyoto")
    [changed] = await events(mirroring, invitation_id, lambda f: f[0]["name"] == "名の変わった会")
    assert (changed["id"], changed["entity_metadata"]["location"]) == (event["id"], "Kyoto")

    await cancel(mirroring, invitation_id, demo.SAKURA, "雨")
    [cancelled] = await events(mirroring, invitation_id, with_status(4))
    assert cancelled["id"] == event["id"]
    specification = load_specification()
    if specification is None:
        pytest.skip(ABSENT)
    asked = [e for e in mirroring.discord.exchanges if "scheduled-events" in e.path]
    assert {exchange.method for exchange in asked} == {"GET", "POST", "PATCH"}
    assert [c for exchange in asked for c in specification.complaints(exchange)] == []


async def test_an_invitation_that_ends_before_its_start_leaves_no_event(mirroring: Stage) -> None:
    invitation_id = await mirroring.create(event_name="早く終わる会")
    await events(mirroring, invitation_id, with_status(1))
    await (await forged(mirroring, invitation_id, "completed", demo.SAKURA)).answer()
    await events(mirroring, invitation_id, lambda found: not found)


async def test_a_reply_of_discord_that_is_lost_leaves_one_event(mirroring: Stage) -> None:
    fault = mirroring.discord.faults.add(
        method="POST", template=EVENTS, answer=502, is_applied=True, times=1
    )
    invitation_id = await mirroring.create(event_name="一度だけ載る会")
    await fault.struck(timeout_seconds=15)
    form = await opened_form(mirroring, invitation_id, demo.SAKURA, "edit")
    await sent(mirroring, form, event_name="一度だけ載った会")
    await events(mirroring, invitation_id, lambda f: [e["name"] for e in f] == ["一度だけ載った会"])
    mirroring.discord.faults.remove(fault)


async def test_without_the_permission_nothing_else_suffers(mirroring: Stage) -> None:
    fault = mirroring.discord.faults.add(template=EVENTS, answer=403, code=50013, times=None)
    invitation_id = await mirroring.create(event_name="暦に載らない会")
    await fault.struck(timeout_seconds=15)
    await cancel(mirroring, invitation_id, demo.SAKURA, "雨")
    await closed(mirroring, invitation_id)
    await fault.struck(2, timeout_seconds=15)
    mirroring.discord.faults.remove(fault)
    await events(mirroring, invitation_id, lambda found: not found)
    assert "scheduled_event.refused" in mirroring.log()


def test_the_worst_invitation_fits_an_event() -> None:
    worst = view(**WORST)
    event = scheduled_event(worst)
    assert len(event["name"]) <= 100
    assert len(event["entity_metadata"]["location"]) <= 100
    assert len(event["description"]) <= 1000
    assert "](" not in event["description"]
    assert event["description"].endswith(link_of(worst))


async def test_an_event_that_staff_delete_comes_back_and_leads_to_the_announcement(
    mirroring: Stage,
) -> None:
    """Once, also after the announcement has moved: it is found by its former link."""
    invitation_id = await mirroring.create(event_name="暦に戻る会")
    [first] = await events(mirroring, invitation_id, with_status(1))
    world = mirroring.discord.world
    world.emit("GUILD_SCHEDULED_EVENT_DELETE", world.scheduled_events.pop(first["id"]))
    [second] = await events(mirroring, invitation_id, with_status(1))
    assert second["id"] != first["id"]
    delete(mirroring, invitation_id)
    again = await posted_again(mirroring, invitation_id)
    [moved] = await events(mirroring, again["id"], with_status(1))
    assert moved["id"] == second["id"]
