"""Peers that are clients of Discord: a small bot by each, played by a member who presses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.local.programs import program
from playground import MiniatureDiscord, demo
from playground.refusals import ClientRefusal, DiscordRefusal
from tests.conformance import load_specification
from tests.peers.workshop import Failed, Run, Workshop

NAME = "たろう"
BEAT_SECONDS = 1.0
BEATS = 3
PATIENCE_SECONDS = 60.0


def bot(script: str) -> Run:
    """Give what plays a bot of `bots/` from its first session to its last answer."""

    async def run(workshop: Workshop) -> str:
        discord = await MiniatureDiscord.start(heartbeat_seconds=BEAT_SECONDS)
        try:
            async with _running(workshop, script, discord) as ended:
                played = asyncio.create_task(_play(discord))
                await asyncio.wait([played, ended], return_when=asyncio.FIRST_COMPLETED)
                if not played.done():
                    played.cancel()
                    raise Failed("It has ended")
                packed = await played
        finally:
            await discord.stop()
        return f"{_judged(discord)}, {packed}"

    return run


async def _play(discord: MiniatureDiscord) -> str:
    """Log a bot in, use its command, button and form, break its connection, and use it again."""
    await discord.wait_for_commands("party", timeout_seconds=PATIENCE_SECONDS)
    invited = await (await discord.slash("party", user=demo.TARO)).answer()
    shown = await discord.click(invited["id"], "sign", user=demo.TARO)
    answer = await (await discord.submit(shown, {"name": NAME})).answer()
    [thread] = discord.threads(demo.CHAT_CHANNEL_ID)
    said = [message["content"] for message in discord.messages_in(thread["id"])]
    found = (answer["content"], thread["name"], said[-1:])
    if found != (wanted := (f"Hello {NAME}", NAME, ["Welcome"])):
        raise Failed(f"It did {found}, not {wanted}")
    await _beat_and_resume(discord)
    await (await discord.slash("party", user=demo.HANAKO)).answer()
    if discord.gateway.identifies != 1:
        raise Failed(f"It identified {discord.gateway.identifies} times")
    [connection] = discord.gateway.connected
    return "zlib" if connection.is_compressed else "not compressed"


async def _beat_and_resume(discord: MiniatureDiscord) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while discord.gateway.beats < BEATS:  # noqa: ASYNC110 - no signal comes of a beat
            await asyncio.sleep(BEAT_SECONDS / 10)
    await discord.gateway.drop(4000)
    await discord.wait_until(lambda: discord.gateway.resumes, "it resumed", PATIENCE_SECONDS)


def _judged(discord: MiniatureDiscord) -> str:
    """Raise Failed if a call was refused or wrongly answered; count what the client sent amiss."""
    calls = discord.exchanges
    wrong = [f"{call.method} {call.path}: {call.reply}" for call in calls if call.status >= 400]
    specification = load_specification()
    if specification is not None:
        wrong += [complaint for call in calls for complaint in specification.of_reply(call)]
    if wrong:
        raise Failed("Calls were refused or wrongly answered", "\n".join(wrong))
    if specification is None:
        return f"{len(calls)} calls"
    odd = sum(bool(specification.of_request(call)) for call in calls)
    return f"{len(calls)} calls, {odd} with fields that Discord does not describe"


@asynccontextmanager
async def _running(
    workshop: Workshop, script: str, discord: MiniatureDiscord
) -> AsyncIterator[asyncio.Task[tuple[bytes, bytes]]]:
    """Run a bot for a block, and give its end; what it says becomes part of a failure."""
    runs = program("node", "nodejs") if script.endswith(".js") else str(workshop.python)
    process = await asyncio.create_subprocess_exec(
        *(runs, script),
        cwd=workshop.folder,
        env=workshop.environment(
            API_URL=discord.api_url,
            GATEWAY_URL=f"ws://{discord.host}:{discord.port}/gateway/",
            GUILD_ID=demo.GUILD_ID,
            DISCORD_TOKEN=discord.token,
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    heard = asyncio.create_task(process.communicate())
    try:
        yield heard
    except (Failed, ClientRefusal, DiscordRefusal, TimeoutError) as error:
        if process.returncode is None:
            process.kill()
        raise Failed(str(error), (await heard)[0].decode(errors="replace")) from None
    finally:
        if process.returncode is None:
            process.kill()
        await heard
