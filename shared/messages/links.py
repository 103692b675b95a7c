"""The addresses of VRChat that a host may give."""

import re
from typing import Annotated
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

WORLD_HOSTS = {"vrchat.com", "www.vrchat.com", "vrch.at", "vrc.group"}
LAUNCH_PAGES = {"vrchat.com/home/launch", "www.vrchat.com/home/launch"}
# Modern ids are usr_<uuid>; accounts from before 2018 keep ten letters and digits.
PROFILE = re.compile(r"https://(www\.)?vrchat\.com/home/user/(usr_[0-9a-f-]{36}|[A-Za-z0-9]{10})/?")
SHORT_PATH = re.compile(r"/[A-Za-z0-9_-]+/?")


def world_link(url: str) -> str:
    """Refuse a link that is not plain https to a VRChat host."""
    parts = _plain_https(url)
    if parts is None or parts.hostname not in WORLD_HOSTS:
        raise PydanticCustomError("not_a_world_link", "must be an address of VRChat")
    return url


def vrchat_profile(url: str) -> str:
    """Refuse what is not the address of a VRChat user; checked before it is sealed."""
    if not PROFILE.fullmatch(url):
        raise PydanticCustomError("not_a_profile", "must be the address of a VRChat user")
    return url


def instance_link(url: str) -> str:
    """Refuse what starts no VRChat instance; checked before it is sealed."""
    parts = _plain_https(url)
    if parts is None or not url.isascii() or not (_is_launch(parts) or _is_short(parts)):
        raise PydanticCustomError("not_an_instance_link", "must be the launch link of an instance")
    return url


def _plain_https(url: str) -> SplitResult | None:
    """Split an address that has nothing but host, path and query; None for any other."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError:
        return None
    # urlsplit drops line breaks without a word, so these are looked for in what was typed.
    is_plain = not has_port and "@" not in parts.netloc and not re.search(r"[\s\x00-\x1f\x7f]", url)
    return parts if parts.scheme == "https" and is_plain else None


def _is_launch(parts: SplitResult) -> bool:
    asked = parse_qs(parts.query)
    return (
        f"{parts.hostname}{parts.path.rstrip('/')}" in LAUNCH_PAGES
        and asked.get("worldId", [""])[0].startswith("wrld_")
        and "instanceId" in asked
    )


def _is_short(parts: SplitResult) -> bool:
    return parts.hostname == "vrch.at" and SHORT_PATH.fullmatch(parts.path) is not None


WorldLink = Annotated[str, Field(max_length=500), AfterValidator(world_link)]
Profile = Annotated[str, Field(max_length=200), AfterValidator(vrchat_profile)]
# Sealed under a key id of up to 50 characters, 300 still fit the column's 500.
InstanceLink = Annotated[str, Field(max_length=300), AfterValidator(instance_link)]
