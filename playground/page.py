"""Serve the page in the browser, and the small JSON API it speaks."""

import asyncio
import base64
import functools
import json
from collections.abc import Awaitable, Callable
from operator import or_
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import web

from playground import demo, guild_changes, people, thread_life
from playground.gateway import Gateway
from playground.interactions import Interaction
from playground.page_state import page_state
from playground.permissions import NONE, Permission
from playground.press import Press
from playground.refusals import ClientRefusal, DiscordRefusal, Payload
from playground.world import World

STATIC = Path(__file__).parent / "static"
POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
BREATH_SECONDS = 15.0
UNPROCESSABLE = 422

Act: TypeAlias = Callable[[Payload], Awaitable[Payload]]


class Page:
    """The page of one world."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._streams: set[asyncio.Task[None]] = set()

    def mount(self, app: web.Application) -> None:
        """Enter the page's addresses."""
        app.router.add_get("/", self._index)
        app.router.add_get("/favicon.ico", self._no_icon)
        app.router.add_static("/static/", STATIC)
        app.router.add_get("/page/state", self._state)
        app.router.add_get("/page/changes", self._changes)
        app.router.add_get("/page/files/{id}", self._file)
        app.router.add_get("/attachments/{id}/{name}", self._upload)
        acts = (
            *(self._slash, self._click, self._submit, self._autocomplete, self._say),
            *(self._leave, self._come_back, self._choose_language),
            *(self._create_guild, self._invite_bot, self._remove_bot, self._set_bot_permissions),
        )
        for act in acts:
            app.router.add_post(f"/page/{act.__name__.strip('_')}", self._acting(act))

    def close(self) -> None:
        """End the live updates of every open page."""
        for stream in self._streams:
            stream.cancel()

    async def _index(self, _: web.Request) -> web.FileResponse:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(STATIC / "index.html", headers=headers)

    async def _no_icon(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _state(self, request: web.Request) -> web.Response:
        asked = [request.query.get(key, "") for key in ("user", "channel", "guild")]
        thread_life.archive_silent(self._world)
        is_connected = bool(self._gateway.connected)
        state = page_state(self._world, *asked, is_connected=is_connected)
        return web.json_response(state)

    async def _file(self, request: web.Request) -> web.Response:
        """Give an attached file to be saved; it is never shown as a page of ours."""
        content = self._world.files.get(request.match_info["id"])
        if content is None:
            raise web.HTTPNotFound
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=content, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        """Give what a person uploaded, as Discord's content delivery does."""
        upload = self._world.uploads.get(request.match_info["id"])
        if upload is None or upload["filename"] != request.match_info["name"]:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        content = self._world.files[upload["id"]]
        return web.Response(body=content, content_type=upload["content_type"], headers=headers)

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Stream the number of every change, so that the page asks for its state again."""
        response = web.StreamResponse(headers={"Cache-Control": "no-store"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        stream = asyncio.create_task(self._stream(response))
        self._streams.add(stream)
        try:
            await asyncio.gather(stream, return_exceptions=True)
        finally:
            stream.cancel()
            self._streams.discard(stream)
        return response

    async def _stream(self, response: web.StreamResponse) -> None:
        while True:
            revision = self._world.changes.revision
            await response.write(f"data: {revision}\n\n".encode())
            if self._world.changes.revision != revision:
                continue  # while that was written; nobody would ring again for it
            try:
                async with asyncio.timeout(BREATH_SECONDS):
                    await self._world.changes.next()
            except TimeoutError:
                continue  # the write above finds out whether the page is still there

    def _acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            if request.content_type != "application/json":  # no form of a foreign page gets in
                raise web.HTTPUnsupportedMediaType
            try:
                return web.json_response(await act(json.loads(await request.read())))
            except (ClientRefusal, DiscordRefusal) as refusal:
                return web.json_response({"refusal": str(refusal)}, status=UNPROCESSABLE)

        return answer

    async def _slash(self, asked: Payload) -> Payload:
        return _sent(
            people.slash(
                self._world, asked["name"], asked["user"], asked["channel"], asked["options"]
            )
        )

    async def _click(self, asked: Payload) -> Payload:
        return _sent(
            people.press(
                self._world,
                asked["message"],
                asked["user"],
                asked["custom_id"],
                values=asked.get("values"),
            )
        )

    async def _submit(self, asked: Payload) -> Payload:
        shown = self._world.interactions[asked["interaction"]]
        values = {name: _with_files(value) for name, value in asked["values"].items()}
        return _sent(people.submit(self._world, shown, values))

    async def _autocomplete(self, asked: Payload) -> Payload:
        sent = people.autocomplete(
            self._world,
            asked["name"],
            asked["user"],
            asked["channel"],
            asked["options"],
            asked["focused"],
        )
        try:
            choices = await Press(self._world, sent).choices(Interaction.ACKNOWLEDGE_SECONDS)
        except TimeoutError:
            return {"choices": None}
        return {"choices": choices}

    async def _say(self, asked: Payload) -> Payload:
        said = people.say(self._world, asked["user"], asked["channel"], asked["content"])
        return {"message": said["id"]}

    async def _leave(self, asked: Payload) -> Payload:
        people.leave(self._world, asked["user"], asked.get("guild"))
        return {}

    async def _come_back(self, asked: Payload) -> Payload:
        people.come_back(self._world, asked["user"], asked.get("guild"))
        return {}

    async def _choose_language(self, asked: Payload) -> Payload:
        """Let a person use Discord in the other language of the page."""
        locales = self._world.locales
        locales[asked["user"]] = "en-US" if locales[asked["user"]] == "ja" else "ja"
        self._world.changes.announce()
        return {}

    async def _create_guild(self, asked: Payload) -> Payload:
        """Make a new server, without the bot, whose owner is the one who asks."""
        name = asked["name"].strip()[:100] or "?"
        return {"guild": demo.create_community(self._world, name, asked["user"])}

    async def _invite_bot(self, asked: Payload) -> Payload:
        self._refuse_unless_manager(asked)
        guild_changes.add_bot(self._world, asked["guild"])
        return {}

    async def _remove_bot(self, asked: Payload) -> Payload:
        self._refuse_unless_manager(asked)
        guild_changes.remove_bot(self._world, asked["guild"])
        return {}

    async def _set_bot_permissions(self, asked: Payload) -> Payload:
        """Let the bot do in a channel what is asked and nothing else."""
        channel = self._world.channel(asked["channel"])
        self._refuse_unless_manager({"guild": channel["guild_id"], "user": asked["user"]})
        wanted = [Permission[name] for name in asked["permissions"]]
        guild_changes.set_bot_permissions(
            self._world, channel["id"], functools.reduce(or_, wanted, NONE)
        )
        return {}

    def _refuse_unless_manager(self, asked: Payload) -> None:
        guild = self._world.guild(asked["guild"])
        if not guild.permissions_of(asked["user"]) & Permission.MANAGE_GUILD:
            text = "Only members who may manage the server can do this."
            raise ClientRefusal(text)


def _with_files(value: Any) -> Any:  # noqa: ANN401 - what a form holds
    """Decode the files of a form, which come as base64."""
    if not isinstance(value, list):
        return value
    return [
        each | {"content": base64.b64decode(each["content"])} if isinstance(each, dict) else each
        for each in value
    ]


def _sent(interaction: Interaction) -> Payload:
    return {"interaction": interaction.id}
