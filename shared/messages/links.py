"""The addresses of VRChat that a host may give."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.messages import vrchat
from shared.messages.characters import readable


def world_link(url: str) -> str:
    """Refuse a link that is not plain https to a VRChat host; remove bidirectional controls."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    # urlsplit drops line breaks without a word, so these are looked for in what was typed.
    is_plain = parts.scheme == "https" and not re.search(r"[\s\x00-\x1f\x7f]", url)
    # A host with a port or a user before it is none of these.
    if not is_plain or parts.netloc.lower() not in vrchat.HOSTS:
        raise PydanticCustomError("not_a_world_link", "must be an address of VRChat")
    return readable(url)


def vrchat_profile(typed: str) -> str:
    """Give the page of a VRChat user as https, and refuse anything else; checked before sealing."""
    address = vrchat.read(typed)
    if address is None or address.kind != "user":
        raise PydanticCustomError("not_a_profile", "must be the address of a VRChat user")
    return address.url


def instance_link(typed: str) -> str:
    """Give the launch link of an instance as https, and refuse any other; likewise."""
    address = vrchat.read(typed)
    if address is None:
        raise PydanticCustomError("not_vrchat", "must be an address of VRChat")
    if address.kind != "instance":
        raise PydanticCustomError("not_an_instance", "must be the launch link of an instance")
    return address.url


WorldLink = Annotated[str, Field(max_length=500), AfterValidator(world_link)]
Profile = Annotated[str, Field(max_length=200), AfterValidator(vrchat_profile)]
# Sealed under a key id of up to 50 characters, 300 still fit the column's 500.
InstanceLink = Annotated[
    str, Field(max_length=300), AfterValidator(instance_link), Field(max_length=300)
]
