"""Discord's REST API as the gateway speaks it, and its errors by what can be done about them."""

import io
from typing import Any, TypeAlias

import aiohttp
import disnake
from disnake.http import HTTPClient, Route, to_multipart_with_attachments

from services.gateway.discord.refusals import REFUSALS
from shared.errors import TransientError

CHANNEL = "/channels/{channel_id}"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
UNKNOWN_CHANNEL = 10003
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
TOKEN_EXPIRED = 50027
THREAD_ARCHIVED = 50083
THREAD_EXISTS = 160004
THREAD_LOCKED = 160005
TOO_MANY_REQUESTS = 429
# What Discord says when it will never take it: form, permission, unknown channel.
NEVER = {400, 403, 404}


class DiscordBusy(TransientError):  # noqa: N818 - it reads as what Discord is
    """Discord asks for patience in a way that disnake does not wait out by itself."""


# Discord is away or busy: the same request can succeed a moment later.
DISCORD_AWAY = (
    DiscordBusy,
    disnake.DiscordServerError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
)


Attached: TypeAlias = tuple[str, str | bytes]
"""A file that goes with a message: its name, and what is in it."""


def files_of(attached: Attached) -> list[disnake.File]:
    """Return the file as disnake sends it; it can be sent only once."""
    name, content = attached
    raw = content.encode() if isinstance(content, str) else content
    return [disnake.File(io.BytesIO(raw), filename=name)]


def multipart(body: dict[str, Any], attached: Attached) -> dict[str, Any]:
    """Put a message and its file into the arguments of disnake; a file can be sent only once."""
    files = files_of(attached)
    return {"multipart": to_multipart_with_attachments(body, files), "files": files}


async def call(http: HTTPClient, method: str, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
    """Make a request under the bot's token; `json` is its body, `attached` a file that goes along.

    The rest fills in the path.

    Raises one of DISCORD_AWAY, or `disnake.HTTPException` for a request that will never succeed;
    one that was refused a moment ago is not made (refusals.py).
    """
    REFUSALS.check(method, path, parameters)
    body = {"json": parameters.pop("json")} if "json" in parameters else {}
    if attached := parameters.pop("attached", None):
        both = multipart(body.pop("json"), attached)
        body = {"form": both["multipart"], "files": both["files"]}
    try:
        answer = await http.request(Route(method, path, **parameters), **body)
    except disnake.HTTPException as error:
        REFUSALS.hear(method, path, parameters, error)
        raise patient(error) from None
    REFUSALS.hear(method, path, parameters)
    return answer


def patient(error: disnake.HTTPException) -> Exception:
    """Turn "too many requests" into what is waited for."""
    return DiscordBusy(str(error.code)) if error.status == TOO_MANY_REQUESTS else error
