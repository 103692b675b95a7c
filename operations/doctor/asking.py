"""Asks a part over HTTP; what goes wrong is a sentence without passwords."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from operations.doctor.check import Away

TIMEOUT = aiohttp.ClientTimeout(total=10)


async def ask(url: str, *, headers: Mapping[str, str] | None = None, named: str) -> tuple[int, Any]:
    """Give the status and the JSON of an answer; raises Away when there is none."""
    status, text = await read(url, headers=headers, named=named)
    try:
        return status, json.loads(text or "null")
    except ValueError as error:
        raise _unreachable(named, error) from None


async def read(
    url: str, *, headers: Mapping[str, str] | None = None, named: str
) -> tuple[int, str]:
    """Give the status and the text of an answer; raises Away when there is none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as http,
            http.get(url) as answer,
        ):
            return answer.status, await answer.text()
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _unreachable(named, error) from None


def _unreachable(named: str, error: Exception) -> Away:
    return Away(f"{named} cannot be reached ({type(error).__name__}).", error)
