"""Members who press what they like, one press after the other, many members at once."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Any

from playground import demo
from playground.press import Press
from playground.refusals import ClientRefusal, DiscordRefusal
from tests.chaos.arena import Arena
from tests.stage import confirming_button

MEMBERS = 40
ACTIONS = {"join": 45, "leave": 30, "wait": 15, "interest": 10}
HASTY = 0.3  # of the presses; a member who waits for an answer cannot overtake themselves
ANSWER_SECONDS = 1.0  # how long a member waits for a question
CAPACITIES = (1, 2, 3, 5, 8)
# So many are open before the first press; hosts add to them.
FIRST_INVITATIONS = 6


class Crowd:
    """Members and hosts of one run, and how often they have pressed."""

    def __init__(self, arena: Arena, seed: int, may_press: Callable[[int], bool]) -> None:
        """Take who decides whether the next press may come already."""
        self._arena, self._may_press = arena, may_press
        self._random = random.Random(f"crowd {seed}")  # noqa: S311 - a seed repeats it
        self.presses = 0
        self.open: list[str] = []
        self.users: list[str] = []

    async def begin(self) -> None:
        """Announce the first invitations, while everything is well."""
        for number in range(FIRST_INVITATIONS):
            self.open.append(await self._arena.create(**self._event(number)))

    async def press_until(self, count: int) -> None:
        """Let everybody press until there were so many presses."""
        self.users = [await self._arena.member(f"会員{number}") for number in range(MEMBERS)]
        await asyncio.gather(*(self._live(user, count) for user in self.users), self._host(count))

    async def erase(self, count: int) -> list[str]:
        """Let some members erase their data, when all is well; return their ids."""
        for user in self.users[:count]:
            question = await self._arena.discord.slash("mydata erase", user=user)
            explained = await question.answer(15)
            await self._arena.discord.click(explained["id"], "erase-my-data", user=user)
            await question.wait_for(lambda now: "消しました" in now["content"], 30)
        return self.users[:count]

    async def _live(self, user: str, count: int) -> None:
        while self.presses < count:
            if not self._may_press(self.presses):
                await asyncio.sleep(0.05)  # the conductor is busy killing
                continue
            invitation_id = self._random.choice(self.open)
            if self._random.random() < HASTY:
                await self._press_in_haste(user, invitation_id)
            elif press := await self._press(user, invitation_id, self._draw()):
                await _is_taken(press)
                await self._confirm(user, press)
            await asyncio.sleep(self._random.uniform(0, 0.3))  # people take their time

    async def _press_in_haste(self, user: str, invitation_id: str) -> None:
        """Press several times and wait for no answer: 参加, then 取り消し seconds later."""
        actions = self._random.choice(
            (["join", "leave"], ["join", "leave", "join"], [self._draw(), self._draw()])
        )
        for action in actions:
            if not self._may_press(self.presses):
                return
            await self._press(user, invitation_id, action)
            await asyncio.sleep(self._random.choice((0, self._random.uniform(0, 3))))

    async def _confirm(self, user: str, press: Press) -> None:
        """Answer a question with yes, if the answer comes while a member waits for it."""
        with contextlib.suppress(TimeoutError, ClientRefusal, DiscordRefusal):
            answer = await press.answer(ANSWER_SECONDS)
            if sure := confirming_button(answer):
                confirmed = await self._arena.discord.click(answer["id"], sure, user=user)
                self.presses += 1
                await _is_taken(confirmed)

    def _draw(self) -> str:
        return self._random.choices(list(ACTIONS), list(ACTIONS.values()))[0]

    async def _press(self, user: str, invitation_id: str, action: str) -> Press | None:
        # Such a button is not there just now, or a moderator has deleted the message.
        with contextlib.suppress(ClientRefusal, DiscordRefusal, KeyError):
            press = await self._arena.discord.click(
                self._arena.shown()[invitation_id], f"{action}:{invitation_id}", user=user
            )
            self.presses += 1
            return press
        return None

    async def _host(self, count: int) -> None:
        """Announce more and change the seats of what is open, whatever is just being killed."""
        while self.presses < count:
            await asyncio.sleep(self._random.uniform(1, 3))  # people take their time
            if not self._may_press(self.presses):
                continue
            with contextlib.suppress(ClientRefusal, DiscordRefusal, TimeoutError, LookupError):
                if self._random.random() < 0.5:
                    await self._arena.fill_in(**self._event(self.presses))
                else:
                    await self._change_seats(self._random.choice(self.open))
            if known := self._arena.shown():
                self.open = sorted(known, key=int)[-2 * FIRST_INVITATIONS :]

    async def _change_seats(self, invitation_id: str) -> None:
        discord = self._arena.discord
        message_id = self._arena.shown()[invitation_id]
        look = await discord.click(message_id, f"detail:{invitation_id}", user=demo.SAKURA)
        message = await look.answer(5)
        form = await discord.click(message["id"], f"schedule:{invitation_id}", user=demo.SAKURA)
        await form.modal()
        seats = str(self._random.choice(CAPACITIES))
        await discord.submit(form, {"max_participants": seats})
        self.presses += 1

    def _event(self, number: int) -> dict[str, Any]:
        # Some end while the run goes on: the scheduler closes them.
        times = {"start": "今", "end": "2分"} if number % 4 == 3 else {}
        options = {"capacity": self._random.choice(CAPACITIES), **times}
        return {"event_name": f"嵐の会 {number}", "options": options}


async def _is_taken(press: Press) -> None:
    """Wait until a member reads that the bot has heard them, or that it has not."""
    with contextlib.suppress(TimeoutError):
        await press.acknowledged(press.interaction.ACKNOWLEDGE_SECONDS)
