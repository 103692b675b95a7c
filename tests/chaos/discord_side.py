"""Compares what members and hosts see in the end with the messages and the stored rows."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid5

import asyncpg

from playground import demo
from playground.interactions import COMPONENT, MESSAGE, MODAL_SUBMIT, THINKING, Interaction
from services.gateway.consumers.replies import sentence
from services.gateway.delivery.spool import ASIDE, WRITTEN
from services.gateway.discord.interactions import PRESSES
from services.gateway.drawing.announcement import FINAL
from services.gateway.drawing.markdown import message_link
from services.gateway.features.create.custom_ids import DraftPage
from services.gateway.i18n.translate import translate, translate_one
from shared.messages.envelope import Answer
from tests.chaos.arena import Arena
from tests.chaos.history import History
from tests.stage import shown

DRAFT = translate("ja", "draft-title")


@dataclass
class Seen:
    """What Discord remembers of the presses of a run."""

    acknowledged: int = 0
    failed: int = 0
    carried_out_unseen: int = 0
    complaints: list[str] = field(default_factory=list)


def see(arena: Arena, history: History) -> Seen:
    """Compare every press and every announcement of Discord with the history."""
    seen = Seen()
    sent = {said["correlation_id"] for said in arena.logged("press.sent")}
    published, answers = history.presses.keys(), history.answers
    # The answer to a button may take the place of the message that has the button.
    later: defaultdict[str | None, list[Answer]] = defaultdict(list)
    for interaction in arena.discord.interactions:
        if interaction.kind == COMPONENT:
            later[interaction.payload["message"]["id"]] += answers[interaction.id]
    for interaction in arena.discord.interactions:
        is_confirmed = str(uuid5(PRESSES, interaction.id)) in sent
        if is_confirmed and interaction.id not in published:
            seen.complaints.append(f"{interaction.id} was confirmed by the broker and is lost")
        elif interaction.kind in (COMPONENT, MODAL_SUBMIT):
            texts = None
            if interaction.id in published:
                shown_by = [*answers[interaction.id], *later[interaction.answer_id()]]
                texts = [text for answer in shown_by for text in _texts(answer, history)]
            _see_press(arena, texts, interaction, seen)
    seen.complaints += _announcements(arena, history)
    seen.complaints += _threads_and_panels(arena, history)
    left = [path for ending in (WRITTEN, ASIDE) for path in arena.spool.glob(f"*/*{ending}")]
    seen.complaints += [f"left in a spool: {path}" for path in left]
    return seen


def _see_press(
    arena: Arena, texts: Sequence[str] | None, interaction: Interaction, seen: Seen
) -> None:
    """Judge a press by the texts that may answer it; they are None if no service received it."""
    callback = interaction.callback
    if callback is None:
        seen.failed += 1
        seen.carried_out_unseen += texts is not None
        return
    is_answered = callback["type"] == MESSAGE and texts is not None
    if callback["type"] != THINKING and not is_answered:
        return  # a form or the details, or a change of a card
    seen.acknowledged += 1
    if texts is None:
        seen.complaints.append(f"{interaction.id} was acknowledged and is lost")
    elif complaint := _answer(arena, texts, interaction):
        seen.complaints.append(f"{interaction.id} {complaint}")


def _texts(answer: Answer, history: History) -> Iterator[str]:
    """Give what a message may say that shows an answer; the title stands for a draft's card."""
    yield sentence(answer, "ja")
    page = answer.reply_to.page or ""
    if not page.startswith(f"{DraftPage.name}:"):
        return
    yield DRAFT
    draft_id = DraftPage.decode(page).draft_id
    for row in history.invitations.values():
        if row["request_id"] == draft_id:  # a later press on the card may have posted it
            link = message_link(row["guild_id"], row["channel_id"], row["id"])
            yield translate("ja", "accepted-PostDraft", link=link)


def _answer(arena: Arena, texts: Sequence[str], interaction: Interaction) -> str | None:
    """Say what is wrong with a member's final answer."""
    message = arena.discord.world.messages.get(interaction.answer_id() or "")
    if message is None:
        return "still reads: thinking"
    if interaction.followup_ids:
        return "was answered by more than one message"
    content = message.payload["content"]
    if DRAFT in content:  # a refused draft shows the reason above its card
        content = content.partition(DRAFT)[0].strip() or DRAFT
    return None if content in texts else f"reads {content!r}, was answered {texts}"


def shown_id(row: asyncpg.Record) -> str:
    """Return the message that shows an invitation."""
    return str(row["announcement_id"] or row["id"])


def _announcements(arena: Arena, history: History) -> Iterator[str]:
    shown_by_id = {message["id"]: shown(message) for message in arena.announcements()}
    known = {shown_id(row): row for row in history.invitations.values()}
    for orphan in shown_by_id.keys() - known.keys():
        yield f"announcement {orphan} belongs to no invitation"
    joined = defaultdict(list)
    for (invitation_id, user), part in history.parts.items():
        if part == "joined":
            joined[invitation_id].append(user)
    for message_id, row in known.items():
        invitation_id, text = row["id"], shown_by_id.get(message_id, "")
        if message_id in arena.vandalised and row["status"] in FINAL:
            continue  # what is over is not posted again
        wanted = [
            f"{row['joined_count']} / {row['max_participants']}",
            translate_one("ja", "status", row["status"]),
            *(f"<@{user}>" for user in joined[invitation_id]),
        ]
        if missing := [words for words in wanted if words not in text]:
            yield f"announcement {invitation_id} does not show {missing}: {text[:300]}"


def _threads_and_panels(arena: Arena, history: History) -> Iterator[str]:
    rows = history.invitations.values()
    threads = {thread["id"]: thread["thread_metadata"] for thread in arena.discord.threads()}
    wanted = {row["thread_id"] for row in rows}
    # The thread of an event that is over is not opened again.
    over = {row["thread_id"] for row in rows if row["status"] in FINAL}
    if wrong := (threads.keys() ^ wanted) - (over & arena.vandalised):
        yield f"threads without or beside their invitations: {wrong}"
    for thread_id in threads.keys() & wanted - over:
        if threads[thread_id]["archived"] or threads[thread_id]["locked"]:
            yield f"thread {thread_id} of an open event is closed"
    panels = [m for m in arena.discord.messages_in(demo.STAFF_CHANNEL_ID) if m["embeds"]]
    ids = [re.findall(r"\d+", panel["embeds"][0]["url"])[-1] for panel in panels]
    with_panel = [
        shown_id(row)
        for row in rows
        if row["status"] not in FINAL
        # None could be posted while the channel was hidden, and what is over gets none.
        or row["staff_message_id"] not in {None, *arena.vandalised}
    ]
    if sorted(ids) != sorted(with_panel):
        yield f"panels of {sorted(ids)}, invitations {sorted(with_panel)}"
    known = {row["staff_message_id"] for row in rows}
    for message_id in (panel["id"] for panel in panels):
        if message_id not in known:
            yield f"panel {message_id} is known to no invitation"
