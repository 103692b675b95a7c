"""A test announcement: what an event does in its channel, step by step, and away with it again."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.discord.interactions import press_id
from services.gateway.discord.messages import MESSAGES
from services.gateway.discord.responses import Callback
from services.gateway.discord.rest import DISCORD_AWAY, MESSAGE, call
from services.gateway.features.setup.custom_ids import TestAnnouncement
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.refusal import Refused

A_DAY = 1440
SAID, AWAY = 200, 500
REASONS = {50001: "no_access", 50013: "no_permission", 10003: "no_channel", 160006: "thread_limit"}
Step: TypeAlias = Callable[[], Coroutine[Any, Any, Any]]

components = Components()
log = structlog.get_logger()


@components.button(TestAnnouncement)
async def try_out(press: Press[Click], _button: TestAnnouncement) -> None:
    """Post and remove a test announcement, and say what worked; one replica does it."""
    if not press.actor.may_manage:
        raise Refused("not_allowed")
    settings = await press.api.newest_settings()
    channel_id = settings.announcement_channel_id
    if channel_id is None:
        raise Refused("not_set_up")
    if await responses.defer(press.interaction) is not Callback.TAKEN:
        return  # another replica does it
    trial = Trial(press.interaction.bot.http, channel_id, press.language)
    await trial.run(press_id(press.interaction).hex[:25])
    await press.interaction.edit_original_response("\n".join([*trial.lines, trial.result]))
    log.info("setup.tried", is_whole=trial.is_whole)


class Trial:
    """One test announcement."""

    def __init__(self, http: HTTPClient, channel_id: str, language: Language) -> None:
        self._http = http
        self._channel_id = channel_id
        self._language = language
        self.is_whole = True
        self.lines: list[str] = []

    @property
    def result(self) -> str:
        """Return the last line: whether everything worked."""
        if self.is_whole:
            return translate(self._language, "setup-test_worked")
        return translate(self._language, "setup-test_failed")

    async def run(self, nonce: str) -> None:
        """Do what is done for an event, as far as Discord allows it, and clean up."""
        channel = {"channel_id": self._channel_id}
        shown = {
            "embeds": [{"description": translate(self._language, "setup-test_text")}],
            "allowed_mentions": {"parse": []},
            "nonce": nonce,
            "enforce_nonce": True,
        }
        posted = await self._step("post", "POST", MESSAGES, **channel, json=shown)
        if posted is None:
            return
        message = channel | {"message_id": posted["id"]}
        thread = await self._step(
            "thread",
            "POST",
            f"{MESSAGE}/threads",
            **message,
            json={
                "name": translate(self._language, "setup-test_name"),
                "auto_archive_duration": A_DAY,
            },
        )
        if thread is not None:
            await self._use(thread["id"])
        await self._step("remove", "DELETE", MESSAGE, **message)

    async def _use(self, thread_id: str) -> None:
        here = {"channel_id": thread_id}
        said = {"content": translate(self._language, "setup-test_text")}
        await self._step("say", "POST", MESSAGES, **here, json=said)
        closed = {"archived": True, "locked": True}
        await self._step("lock", "PATCH", "/channels/{channel_id}", **here, json=closed)
        await self._step("remove_thread", "DELETE", "/channels/{channel_id}", **here)

    async def _step(self, step: str, method: str, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """Make a call and note what Discord said; returns None if it refused."""
        name = translate_one(self._language, "step", step)
        try:
            answer = await call(self._http, method, path, **parameters)
        except (disnake.HTTPException, *DISCORD_AWAY) as error:
            reason = self._reason(error)
            line = translate(self._language, "setup-step_refused", step=name, reason=reason)
            self.lines.append(line)
            self.is_whole = False
            return None
        self.lines.append(translate(self._language, "setup-step_done", step=name))
        return answer or {}

    def _reason(self, error: Exception) -> str:
        if not isinstance(error, disnake.HTTPException) or error.status >= AWAY:
            return translate_one(self._language, "reason", "away")
        if error.code in REASONS:
            return translate_one(self._language, "reason", REASONS[error.code])
        return f"{error.text[:SAID]} ({error.code})"
