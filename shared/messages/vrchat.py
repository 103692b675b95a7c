"""Reads the addresses of VRChat: what each one names, and whether it lets its reader in.

`read` takes one address that was typed into its own field, and trusts only a plain one. `find`
looks through a text for every address, whatever surrounds or disguises it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from shared.messages.characters import without_hidden

InstanceType: TypeAlias = Literal[
    "group", "friend", "friendplus", "public", "invite", "inviteplus", "groupplus", "grouppublic"
]
Kind: TypeAlias = Literal["world", "user", "group", "instance", "other"]

HOSTS = {"vrchat.com", "www.vrchat.com", "vrch.at", "vrc.group"}
PAGES: Mapping[str, tuple[Kind, str]] = {
    "wrld": ("world", "https://vrchat.com/home/world/"),
    "usr": ("user", "https://vrchat.com/home/user/"),
    "grp": ("group", "https://vrchat.com/home/group/"),
}
ID = re.compile(r"(?:wrld|grp)_[A-Za-z0-9-]+|usr_[0-9a-f-]{36}")
LEGACY_USER = re.compile(r"[A-Za-z0-9]{10}")  # accounts from before 2018
CODE = re.compile(r"(?!(?:wrld|usr|grp|avtr)_)[A-Za-z0-9_-]+")
NOWHERE = {"", "private", "offline", "traveling"}  # in place of an instance that is not shown
LAUNCH = "https://vrchat.com/home/launch"

# An instance id is `name~tag(value)~tag…`; these tags say who may enter.
TAG = re.compile(r"([A-Za-z]+)(?:\(([^()]*)\))?")
ACCESS: Mapping[str, InstanceType] = {
    "hidden": "friendplus",
    "friends": "friend",
    "private": "invite",
    "group": "group",
}
GROUP_ACCESS: Mapping[str, InstanceType] = {
    "members": "group",
    "plus": "groupplus",
    "public": "grouppublic",
}
HARMLESS = {"region", "nonce", "strict", "ageGate"}
REGIONS = {"us", "use", "eu", "jp"}

# In a text an address begins at its host: `user@` and other text before it changes nothing.
START = re.compile(
    r"(?<![a-z0-9-])(?:(vrchat\.com|vrch\.at|vrc\.group)\.?(?::\d*)?|vrchat:)/+", re.IGNORECASE
)
LONGEST = 600  # without a bound a text of nothing but hosts would be read in quadratic time
REST = re.compile(rf"[!#-;=?-~]{{0,{LONGEST}}}")  # ASCII that can be seen, but for `<`, `>` and `"`
# Parts of an address that let their reader in without a host, too.
PARTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"wrld_[a-z0-9-]+:[a-z0-9_-]+",
        r"(?:instanceId|shortName)=[ +]{0,9}(?!private\b|offline\b)[a-z0-9_-]+",
        r"[a-z0-9_-]~(?:hidden|friends|private|group)\((?:(?:usr|grp)_|[a-z0-9]{10}\))",
        r"[a-z0-9_-]~(?:region\([a-z]{2,3}\)|nonce\()",
    )
]
# Marks of Markdown and JSON that can stand inside an address; `。` is a dot to a browser. A
# backslash may be Markdown's, or a slash to a browser.
MARKS = str.maketrans({**dict.fromkeys("\\*`|"), "。": "."})
SLASHES = str.maketrans({**dict.fromkeys("*`|"), "。": ".", "\\": "/"})
DISGUISES = 3  # how often a text may be percent-encoded


@dataclass(frozen=True, slots=True)
class Address:
    """An address as https, and what it names; `tags` are those of an instance, if it has them."""

    kind: Kind
    url: str
    world: str | None = None
    tags: Mapping[str, str] | None = None

    @property
    def instance_type(self) -> InstanceType | None:
        """Who may enter; None for a short link, and for a kind of access that is new to us."""
        if self.tags is None:
            return None
        access = [tag for tag in self.tags if tag in ACCESS]
        if not access:
            # No access tag means public, unless an unknown tag could say otherwise.
            return "public" if set(self.tags) <= HARMLESS else None
        if access == ["group"]:
            return GROUP_ACCESS.get(self.tags.get("groupAccessType", "members"))
        if access == ["private"] and "canRequestInvite" in self.tags:
            return "inviteplus"
        return ACCESS[access[0]]

    @property
    def region(self) -> str | None:
        """Where the instance runs; None if the address does not say."""
        region = (self.tags or {}).get("region")
        return region if region in REGIONS else None

    def leads_elsewhere(self, other: "Address | None") -> bool:
        """Return whether two addresses name different worlds; not if one of them names none."""
        if other is None or self.world is None or other.world is None:
            return False
        return self.world != other.world


def read(text: str) -> Address | None:
    """Read the one address in a field; None if it is not a plain one of VRChat."""
    typed = without_hidden(unicodedata.normalize("NFKC", text)).strip(" \t\n<>、。,")
    if REST.fullmatch(typed) is None:
        return None
    if PARTS[0].match(typed):
        return _launch({"id": typed}, LAUNCH)
    return _named(typed) if ID.fullmatch(typed) else _plain(typed)


def find(text: str) -> Iterator[Address]:
    """Find every address in a text, and every part of one that lets its reader in."""
    for flat in _undisguised(text):
        yield from _found(flat)


def _found(flat: str) -> Iterator[Address]:
    entrances = []
    for start in START.finditer(flat):
        rest = REST.match(flat, start.end())
        path, _, query = (rest[0] if rest else "").partition("?")
        address = _address((start[1] or "vrchat.com").lower(), path, query)
        if address.kind == "instance" and rest:
            entrances.append(range(start.start(), rest.end()))
        yield address
    for part in (part for pattern in PARTS for part in pattern.finditer(flat)):
        if not any(part.start() in entrance for entrance in entrances):
            yield Address("instance", part[0])


def names_instance(text: str) -> bool:
    """Return whether a text lets its readers into an instance."""
    return any(address.kind == "instance" for address in find(text))


def without_instances(text: str) -> str:
    """Replace each word that lets its readers into an instance by an ellipsis."""
    return re.sub(r"\S+", lambda word: "…" if names_instance(word[0]) else word[0], text)


def _plain(typed: str) -> Address | None:
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    except ValueError:
        return None
    host = parts.netloc.lower()  # with a port or a user in it, it is none of ours
    if parts.scheme == "vrchat":
        return _address("vrchat.com", f"{host}{parts.path}", parts.query)
    if parts.scheme in {"https", "http"} and host in HOSTS:
        return _address(host, parts.path, parts.query)
    return None


def _undisguised(text: str) -> Iterator[str]:
    """Return how a browser and Discord may understand a text."""
    for _ in range(DISGUISES):
        text = unquote(unicodedata.normalize("NFKC", text))
    plain = without_hidden(text).replace("&amp;", "&")
    for marks in (MARKS, SLASHES) if "\\" in plain else (MARKS,):
        yield re.sub(r"[^!-~]+", " ", plain.translate(marks))


def _steps(path: str) -> list[str]:
    """Return the segments of a path as a browser resolves them."""
    steps: list[str] = []
    for step in path.split("/"):
        plain = unquote(step)
        if plain == "..":
            steps[-1:] = []
        elif plain not in {"", "."}:
            steps.append(step)
    return steps


def _address(host: str, path: str, query: str) -> Address:
    steps = _steps(path)
    url = "?".join(filter(None, [f"https://{host}/{'/'.join(steps)}", query]))
    first, second, third = [*steps, "", "", ""][:3]
    if "launch" in {first, second}:
        return _launch(dict(parse_qsl(query)), url)
    if named := next(filter(None, map(ID.match, steps)), None):
        return _named(named[0])
    if host == "vrch.at" and (code := CODE.match(first)):
        return Address("instance", f"https://vrch.at/{code[0]}")
    if first == "i" and (code := CODE.match(second)):
        return Address("instance", f"https://vrchat.com/i/{code[0]}")
    if (first, second) == ("home", "user") and LEGACY_USER.fullmatch(third):
        return Address("user", f"https://vrchat.com/home/user/{third}")
    return Address("group" if host == "vrc.group" and first else "other", url)


def _named(id_: str) -> Address:
    kind, page = PAGES[id_.partition("_")[0]]
    return Address(kind, f"{page}{id_}", world=id_ if kind == "world" else None)


def _launch(asked: Mapping[str, str], url: str) -> Address:
    world, instance = asked.get("worldId", ""), asked.get("instanceId", "")
    short = asked.get("shortName", "")
    if "id" in asked:  # as the VRChat program is called: both in one
        world, _, instance = asked["id"].partition(":")
        url = f"{LAUNCH}?worldId={quote(world)}&instanceId={quote(instance, safe='~()')}"
        url += f"&shortName={quote(short)}" if short else ""
    name, *written = instance.split("~")
    is_spelled = world.startswith("wrld_") and name not in NOWHERE
    if is_spelled or short:
        return Address("instance", url, world or None, _tags(written) if is_spelled else None)
    return _named(world) if ID.fullmatch(world) else Address("other", url)


def _tags(written: list[str]) -> Mapping[str, str] | None:
    tags = [TAG.fullmatch(tag) for tag in written]
    return None if None in tags else {tag[1]: tag[2] or "" for tag in tags if tag}
