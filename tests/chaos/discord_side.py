"""What members and hosts see in the end, beside what was told and what is stored."""

import math
import re
import signal
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid5

from playground import demo
from playground.interactions import COMPONENT, MODAL_SUBMIT, THINKING, Interaction
from services.gateway.presses import PRESSES
from services.gateway.replies import sentence
from services.gateway.texts import say
from shared.messages.envelope import Answer
from tests.chaos.arena import Arena, Life
from tests.chaos.history import History
from tests.stage import shown

# One try to send a press takes no longer, also where all processors are taken.
ONE_TRY_SECONDS = 15.0


@dataclass
class Seen:
    """What Discord remembers of the presses of a run."""

    acknowledged: int = 0
    failed: int = 0
    carried_out_unseen: int = 0
    known_losses: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def see(arena: Arena, history: History) -> Seen:
    """Compare every press and every announcement of Discord with the history."""
    seen = Seen()
    sent, held = arena.logged("press.sent"), arena.logged("press.held")
    told, answers = history.presses.keys(), history.answers
    listeners = arena.listeners()
    for interaction in arena.discord.interactions:
        story = str(uuid5(PRESSES, interaction.id))
        if story in sent and interaction.id not in told:
            seen.complaints.append(f"{interaction.id} was confirmed by the broker and is lost")
        elif interaction.kind in (COMPONENT, MODAL_SUBMIT):
            given = answers[interaction.id] if interaction.id in told else None
            _see_press(arena, given, interaction, held.get(story), listeners, seen)
    seen.complaints += _announcements(arena, history)
    seen.complaints += _threads_and_panels(arena, history)
    return seen


def _see_press(
    arena: Arena,
    answers: Sequence[Answer] | None,
    interaction: Interaction,
    held_at: float | None,
    listeners: Sequence[Life],
    seen: Seen,
) -> None:
    """Judge a press by the answers told to it; None when nobody heard of it."""
    is_told = answers is not None
    callback = interaction.callback
    if callback is None:
        seen.failed += 1
        seen.carried_out_unseen += is_told
        return
    if callback["type"] != THINKING:
        return  # a form or the details: answered in place
    seen.acknowledged += 1
    if answers is not None:
        if complaint := _answer(arena, answers, interaction):
            seen.complaints.append(f"{interaction.id} {complaint}")
    elif was_only_in_memory(listeners, interaction.born_at, held_at):
        seen.known_losses.append(interaction.id)
    else:
        seen.complaints.append(f"{interaction.id} was acknowledged and is lost")


def was_only_in_memory(listeners: Sequence[Life], pressed_at: float, held_at: float | None) -> bool:
    """Tell whether decision 0003 says that a press may be lost which no gateway saw confirmed.

    Each gateway that could have it was killed while it still tried to send it.
    """
    had_it = [life for life in listeners if life.began_at <= pressed_at <= life.ended_at]
    last = max((life.ended_at for life in had_it), default=math.inf)
    tried_at = held_at or pressed_at
    is_killed = all(life.code == -signal.SIGKILL for life in had_it)
    return is_killed and last <= tried_at + ONE_TRY_SECONDS


def _answer(arena: Arena, answers: Sequence[Answer], interaction: Interaction) -> str | None:
    """Say what is wrong with a member's final answer."""
    message = arena.discord.world.messages.get(interaction.answer_id() or "")
    if message is None:
        return "still reads: thinking"
    if interaction.followup_ids:
        return "was answered by more than one message"
    texts = [sentence(answer, "ja") for answer in answers]
    content = message.payload["content"]
    return None if content in texts else f"reads {content!r}, was told {texts}"


def _announcements(arena: Arena, history: History) -> Iterator[str]:
    shown_by_id = {message["id"]: shown(message) for message in arena.announcements()}
    for orphan in shown_by_id.keys() - history.invitations.keys():
        yield f"announcement {orphan} belongs to no invitation"
    joined = defaultdict(list)
    for (invitation_id, user), part in history.parts.items():
        if part == "joined":
            joined[invitation_id].append(user)
    for invitation_id, row in history.invitations.items():
        text = shown_by_id.get(invitation_id, "")
        wanted = [
            f"{row['joined_count']} / {row['max_participants']}",
            say("ja", f"status.{row['status']}"),
            *(f"<@{user}>" for user in joined[invitation_id]),
        ]
        if missing := [words for words in wanted if words not in text]:
            yield f"announcement {invitation_id} does not show {missing}: {text[:300]}"


def _threads_and_panels(arena: Arena, history: History) -> Iterator[str]:
    threads = {thread["id"] for thread in arena.discord.threads()}
    if threads != history.invitations.keys():
        yield f"threads without or beside their invitations: {threads ^ history.invitations.keys()}"
    panels = arena.discord.messages_in(demo.STAFF_CHANNEL_ID)
    told = [re.findall(r"\d+", panel["embeds"][0]["url"])[-1] for panel in panels]
    if sorted(told) != sorted(history.invitations):
        yield f"panels of {sorted(told)}, invitations {sorted(history.invitations)}"
    known = {row["staff_message_id"] for row in history.invitations.values()}
    for message_id in (panel["id"] for panel in panels):
        if message_id not in known:
            yield f"panel {message_id} is known to no invitation"
