"""What the launch link of a VRChat instance tells: who may enter, and where it runs."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from shared.messages.invitations.details import InstanceType

# An instance id is `name~tag(value)~tag…`; these tags say who may enter.
ACCESS: dict[str, InstanceType] = {
    "hidden": "friendplus",
    "friends": "friend",
    "private": "invite",
    "group": "group",
}
GROUP_ACCESS: dict[str, InstanceType] = {
    "members": "group",
    "plus": "groupplus",
    "public": "grouppublic",
}
HARMLESS = {"region", "nonce", "strict", "ageGate"}
REGIONS = {"us", "use", "eu", "jp"}
WORLD = re.compile(r"(?:www\.)?vrchat\.com/home/world/(wrld_[^/]+)/?")
TAG = re.compile(r"([A-Za-z]+)(?:\(([^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Told:
    """What a link tells; None where it tells nothing, or something VRChat has added since."""

    instance_type: InstanceType | None = None
    region: str | None = None


def read_launch_link(url: str) -> Told:
    """Read what a checked instance link tells; a short one tells nothing."""
    instance_id = parse_qs(urlsplit(url).query).get("instanceId", [""])[0]
    if not instance_id:
        return Told()
    _, *written = instance_id.split("~")
    found = [TAG.fullmatch(tag) for tag in written]
    if None in found:
        return Told()
    tags = {tag[1]: tag[2] or "" for tag in found if tag}
    region = tags.get("region")
    return Told(_type_of(tags), region if region in REGIONS else None)


def leads_elsewhere(link: str, world_link: str | None) -> bool:
    """Tell whether an instance link names another world than the link of an event's world."""
    here, there = _world_of(world_link or ""), _world_of(link)
    return here is not None and there is not None and here != there


def _world_of(url: str) -> str | None:
    parts = urlsplit(url)
    if found := WORLD.fullmatch(f"{parts.netloc}{parts.path}"):
        return found[1]
    return parse_qs(parts.query).get("worldId", [None])[0]


def _type_of(tags: dict[str, str]) -> InstanceType | None:
    access = [tag for tag in tags if tag in ACCESS]
    if not access:
        # No access tag means public, unless one that is not known yet says otherwise.
        return "public" if set(tags) <= HARMLESS else None
    if access == ["group"]:
        return GROUP_ACCESS.get(tags.get("groupAccessType", "members"))
    if access == ["private"] and "canRequestInvite" in tags:
        return "inviteplus"
    return ACCESS[access[0]]
