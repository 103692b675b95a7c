"""Who hears of what: every kind of change and every kind of person, in one table."""

from collections.abc import Mapping
from typing import Any

from playground.refusals import Payload
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ReminderDue
from tests.services.gateway.features.closing.test_closing import cancel, detail, joined
from tests.services.gateway.features.editing.test_editing import opened_form, sent
from tests.services.gateway.features.participants.test_thread_members import roster
from tests.services.gateway.features.participants.test_waitlist import logged, press
from tests.services.gateway.features.reminders.test_reminders import current
from tests.services.gateway.features.staff.test_panels import pressed
from tests.stage import INSTANCE_LINK, Stage, shown

PEOPLE = (
    "host",
    "co_host",
    "staff",
    "seated",
    "muted",
    "queued",
    "interested",
    "opted_out",
    "removed",
    "stranger",
)
# M: mentioned in the thread. D: a direct message. q: quietly, by what is written in the thread
# without a mention, for those who belong there. -: nothing. The last column is the member whom the
# change is about, where it is about one. muted: has a seat and wants no reminders. opted_out:
# interested, and wants none.
IN_THREAD = {"host", "co_host", "staff", "seated", "muted"}
TABLE: Mapping[str, str] = {
    "the host sets another time ": "q M M M M M M - - -",
    "staff set another world    ": "M M q M M M M - - -",
    "the host rewrites the words": "q q q q q - - - - -",
    "a co-host sets a new link  ": "q q q M M - - - - -",
    "the start is near          ": "M M q M q - - - - -",
    "a member waits             ": "q q q q q - - - - - -",
    "a seat goes to the queue   ": "q q q q q - - - - - M",
    "a co-host cancels          ": "M q M M M M M - - -",
    "a member joins             ": "q q q q q . - - - - -",
    "a member leaves            ": "q q q q q . - - - - -",
    "a member is interested     ": "q q q q q . - - - - -",
    "the host adds a member     ": "q q q q q . - - - - M",
    "staff remove a member      ": "q q q q q . - - - - D",
    "the host names a co-host   ": "q q q q q . - - - - M",
    "staff remove a co-host     ": "q q q q q . - - - - D",
    "staff end it early         ": "M M q M M . - - - -",
}


class Notified:
    """Reads off a guild whom the bot has notified since the last look."""

    def __init__(self, stage: Stage, people: Mapping[str, str]) -> None:
        self.stage, self.people = stage, people
        self.seen: set[tuple[str, Any]] = set()

    def written(self) -> list[Payload]:
        world = self.stage.discord.world
        written = [m.payload for m in world.messages.values() if m.only_for is None]
        return [m for m in written if m["author"]["id"] == self.stage.discord.bot_id]

    def look(self, invitation_id: str, about: str | None) -> str:
        """Give one row of the table: what is new in the thread and in direct channels."""
        world = self.stage.discord.world
        new = [m for m in self.written() if (m["id"], m["edited_timestamp"]) not in self.seen]
        self.seen |= {(m["id"], m["edited_timestamp"]) for m in new}
        in_thread = [m for m in new if m["channel_id"] == invitation_id]
        mentioned = {user["id"] for m in in_thread for user in m["mentions"]}
        direct = {
            world.channels[m["channel_id"]]["recipients"][0]["id"]
            for m in new
            if "guild_id" not in world.channels[m["channel_id"]]
        }

        def cell(person: str, user_id: str) -> str:
            if user_id in mentioned:
                return "M"
            if user_id in direct:
                return "D"
            return "q" if person in IN_THREAD and in_thread else "-"

        cells = [
            cell(person, self.people[person]) if person in self.people else "." for person in PEOPLE
        ]
        return " ".join([*cells, *([cell("", about)] if about else [])])


async def settled(stage: Stage, broker: Broker, invitation_id: str) -> None:
    """Let everything that is on its way be handled: its events are older than one of ours."""
    last = Envelope.first(
        ReminderDue(invitation=await current(stage, invitation_id), user_ids=[]),
    )
    await broker.publish(EVENTS, last.name, last)
    await logged(stage, 1, "message.handled", str(last.id))


async def row_of(
    stage: Stage,
    row: str,
    heard: Notified,
    invitation_id: str,
    words: str,
    about: str | None = None,
) -> tuple[str, str]:
    """Wait until the thread or a direct message says something; give the row and what it found."""
    await stage.discord.wait_until(
        lambda: any(
            words in shown(m) and (m["id"], m["edited_timestamp"]) not in heard.seen
            for m in heard.written()
        ),
        f"{row}: {words}",
        20,
    )
    return row, heard.look(invitation_id, about)


async def begun(stage: Stage, people: Mapping[str, str], name: str, capacity: int) -> str:
    """Create an event with its people in it, and one who was removed."""
    invitation_id = await stage.create(event_name=name, options={"capacity": capacity})
    await joined(stage, invitation_id, people["removed"])
    removed = await roster(stage, "remove", invitation_id, people["removed"], people["host"])
    assert "外しました" in removed
    await named(stage, invitation_id, people["host"], people["co_host"])
    await joined(stage, invitation_id, people["seated"], people["muted"])
    for person in ("interested", "opted_out"):
        await press(stage, invitation_id, "interest", people[person])
    await (await pressed(stage, invitation_id, "assign", people["staff"])).answer(15)
    return invitation_id


async def named(stage: Stage, invitation_id: str, by: str, *co_hosts: str) -> None:
    """Let these be the co-hosts of an event."""
    form = await opened_form(stage, invitation_id, by, "settings")
    assert "変更しました" in await sent(stage, form, co_host_ids=list(co_hosts))


async def test_every_kind_of_person_is_notified_of_every_kind_of_change(
    stage: Stage, broker: Broker, people: dict[str, str]
) -> None:
    rows = [*await full_event(stage, broker, people), *await free_event(stage, broker, people)]
    assert [f"{row.strip():27}: {cells}" for row, cells in rows] == [
        f"{row.strip():27}: {cells}" for row, cells in TABLE.items()
    ]


async def full_event(stage: Stage, broker: Broker, people: dict[str, str]) -> list[tuple[str, str]]:
    """Play what happens to a full event with a queue, to its cancellation."""
    more = ("ゆずる", "つぎのひと", "さいごのひと")
    leaving, next_up, last = (stage.discord.add_member(name) for name in more)
    invitation_id = await begun(stage, people, "表の会", 3)
    await joined(stage, invitation_id, leaving)
    await stage.shows(invitation_id, "満員")
    for user in (next_up, people["queued"]):
        await press(stage, invitation_id, "wait", user)
    await settled(stage, broker, invitation_id)
    seen, names = Notified(stage, people), iter(TABLE)
    seen.look(invitation_id, None)

    async def row(words: str, about: str | None = None) -> tuple[str, str]:
        return await row_of(stage, next(names), seen, invitation_id, words, about)

    rows = []
    form = await opened_form(stage, invitation_id, people["host"], "schedule")
    await sent(stage, form, end_time="4h")
    rows.append(await row("・終了: "))
    form = await opened_form(stage, invitation_id, people["staff"], "edit")
    await sent(stage, form, world_name="Kyoto")
    rows.append(await row("→ Kyoto"))
    form = await opened_form(stage, invitation_id, people["host"], "edit")
    await sent(stage, form, description="もっと短く")
    rows.append(await row("・説明"))
    co_host = people["co_host"]
    message = await detail(stage, invitation_id, co_host)
    form = await stage.discord.click(message["id"], f"link:{invitation_id}", user=co_host)
    await (await stage.discord.submit(form, {"instance_link": INSTANCE_LINK})).answer(15)
    rows.append(await row("新しいインスタンスリンク"))
    due = ReminderDue(
        invitation=await current(stage, invitation_id),
        user_ids=[people["seated"]],
        host_ids=[people["host"], co_host],
        has_instance_link=True,
    )
    await broker.publish(EVENTS, due.wire_name(), Envelope.first(due))
    rows.append(await row("主催する「表の会」"))
    await press(stage, invitation_id, "wait", last)
    rows.append(await row(f"キャンセル待ち <@{last}>", last))
    await press(stage, invitation_id, "leave", leaving)
    await stage.discord.wait_until(lambda: "繰り上がり" in summary(stage, invitation_id), "q", 20)
    rows.append(await row("席が空いた", next_up))
    assert "中止しました" in await cancel(stage, invitation_id, co_host, "台風")
    rows.append(await row("中止になりました"))
    return rows


async def free_event(stage: Stage, broker: Broker, people: dict[str, str]) -> list[tuple[str, str]]:
    """Play what happens to an event with free seats, to its early end."""
    without = {person: user for person, user in people.items() if person != "queued"}
    invitation_id = await begun(stage, without, "空席の会", 9)
    await settled(stage, broker, invitation_id)
    seen, names = Notified(stage, without), iter(list(TABLE)[8:])
    await stage.discord.wait_until(
        lambda: f"<@{without['muted']}>" in summary(stage, invitation_id), "all are in it", 20
    )
    seen.look(invitation_id, None)
    come, bookmarked, added = (stage.discord.add_member(f"会員{n}") for n in range(3))

    async def row(words: str, about: str | None = None) -> tuple[str, str]:
        return await row_of(stage, next(names), seen, invitation_id, words, about)

    rows = []
    await joined(stage, invitation_id, come)
    rows.append(await row(f"参加 <@{come}>", come))
    await press(stage, invitation_id, "leave", come)
    rows.append(await row(f"参加を取り消し <@{come}>", come))
    await press(stage, invitation_id, "interest", bookmarked)
    rows.append(await row("興味あり 3", bookmarked))
    await roster(stage, "add", invitation_id, added, people["host"])
    await stage.discord.wait_until(
        lambda: f"追加 <@{added}>" in summary(stage, invitation_id), "q", 20
    )
    rows.append(await row("の操作で参加が決まりました", added))
    await roster(stage, "remove", invitation_id, added, people["staff"])
    await stage.discord.wait_until(
        lambda: summary(stage, invitation_id).count("人外されました") == 2, "q", 20
    )
    rows.append(await row("が外されました", added))
    both = [people["co_host"], added]
    await named(stage, invitation_id, people["host"], *both)
    rows.append(await row("共同主催になりました", added))
    await named(stage, invitation_id, people["staff"], people["co_host"])
    rows.append(await row("・共同主催", added))
    message = await detail(stage, invitation_id, people["staff"])
    button = f"complete:{invitation_id}"
    asked = await stage.discord.click(message["id"], button, user=people["staff"])
    sure = f"completed:{invitation_id}"
    question = await asked.answer(15)
    await (await stage.discord.click(question["id"], sure, user=people["staff"])).answer(15)
    rows.append(await row("は終了しました"))
    return rows


def summary(stage: Stage, invitation_id: str) -> str:
    """Give what the summary in a thread says."""
    found = [m for m in stage.discord.messages_in(invitation_id) if ":summary" in shown(m)]
    assert len(found) < 2
    return "".join(map(shown, found))
