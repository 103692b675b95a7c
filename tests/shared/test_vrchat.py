"""A VRChat address is parsed by VRChat's own format of instance ids."""

import pytest

from shared.messages.vrchat import find, names_instance, read, without_instances

WORLD = "https://vrchat.com/home/launch?worldId=wrld_1&instanceId="
CODE = "https://vrch.at/ab12cd34"


def details(url: str) -> tuple[str | None, str | None]:
    address = read(url)
    assert address
    assert address.kind == "instance"
    return address.instance_type, address.region


@pytest.mark.parametrize(
    ("instance_id", "says"),
    [
        ("12345", ("public", None)),
        ("12345~region(jp)", ("public", "jp")),
        ("12345~hidden(usr_1)~region(use)", ("friendplus", "use")),
        ("12345~friends(usr_1)~region(eu)", ("friend", "eu")),
        ("12345~private(usr_1)~region(us)", ("invite", "us")),
        ("12345~private(usr_1)~canRequestInvite~region(jp)", ("inviteplus", "jp")),
        ("12345~group(grp_1)~groupAccessType(members)~region(jp)", ("group", "jp")),
        ("12345~group(grp_1)~groupAccessType(plus)", ("groupplus", None)),
        ("12345~group(grp_1)~groupAccessType(public)", ("grouppublic", None)),
        ("12345~nonce(0f)~hidden(usr_1)", ("friendplus", None)),
        ("1~hidden%28usr_1%29~region%28jp%29", ("friendplus", "jp")),
        # What VRChat adds later passes.
        ("12345~moonlight(usr_1)~region(jp)", (None, "jp")),
        ("12345~group(grp_1)~groupAccessType(moon)", (None, None)),
        ("12345~hidden(usr_1)~moonlight~region(moon)", ("friendplus", None)),
        ("12345~((", (None, None)),
    ],
)
def test_type_and_region_are_read(instance_id: str, says: tuple[str | None, str | None]) -> None:
    assert details(WORLD + instance_id) == says


def test_a_short_link_tells_nothing() -> None:
    assert details(CODE) == (None, None)


@pytest.mark.parametrize(
    ("world_link", "is_elsewhere"),
    [
        ("https://vrchat.com/home/world/wrld_1", False),
        ("https://vrchat.com/home/world/wrld_1/", False),
        ("https://vrchat.com/home/launch?worldId=wrld_1", False),
        ("https://vrchat.com/home/world/wrld_2", True),
        ("https://vrchat.com/home/launch?worldId=wrld_2", True),
        ("https://vrch.at/abc", False),  # it names no world
        ("", False),
    ],
)
def test_another_world_is_noticed(
    world_link: str,
    is_elsewhere: bool,  # noqa: FBT001 - a column of the table
) -> None:
    launch, short = read(WORLD + "12345"), read(CODE)
    assert launch
    assert short
    assert launch.leads_elsewhere(read(world_link)) is is_elsewhere
    assert not short.leads_elsewhere(read(world_link))


LAUNCH = "https://vrchat.com/home/launch"
USER = "usr_c1644b5b-3ca4-45b4-97c6-a2a0de70d469"


@pytest.mark.parametrize(
    ("typed", "kind", "url", "world"),
    [
        ("vrchat.com/home/world/wrld_1?x=1", "world", "/home/world/wrld_1", "wrld_1"),
        (f"{LAUNCH}?worldId=wrld_1", "world", "/home/world/wrld_1", "wrld_1"),
        (USER, "user", f"/home/user/{USER}", None),
        ("vrchat.com/home/user/8AbC9DEfgh", "user", "/home/user/8AbC9DEfgh", None),
        ("vrchat.com/home/group/grp_1", "group", "/home/group/grp_1", None),
        ("vrc.group/DOUKI.1234", "group", "https://vrc.group/DOUKI.1234", None),
        ("vrchat.com/home/profile?x=1", "other", "/home/profile?x=1", None),
        (LAUNCH, "other", "/home/launch", None),
        ("vrch.at/ab12cd34/x", "instance", CODE, None),
        ("vrchat.com/i/ab12cd34", "instance", "/i/ab12cd34", None),
        (f"{WORLD}1", "instance", f"{WORLD}1", "wrld_1"),
        ("vrchat://launch?id=wrld_1:1", "instance", f"{WORLD}1", "wrld_1"),
        ("wrld_1:1&shortName=ab", "instance", f"{WORLD}1%26shortName%3Dab", "wrld_1"),
    ],
)
def test_an_address_says_what_it_names(typed: str, kind: str, url: str, world: str | None) -> None:
    address = read(typed)
    assert address
    whole = url if url.startswith("https:") else f"https://vrchat.com{url}"
    assert (address.kind, address.url, address.world) == (kind, whole, world)


@pytest.mark.parametrize(
    "part",
    ["wrld_1:12345", "instanceId=12345", "shortName=ab12", "1~hidden(usr_1)", "1~region(jp)"],
)
def test_a_part_of_an_address_that_lets_readers_in_is_found_without_its_host(part: str) -> None:
    assert [(found.kind, found.url in part) for found in find(f"in: {part} !")] == [
        ("instance", True)
    ]
    assert names_instance(part)


@pytest.mark.parametrize(
    "text",
    [
        "https://vrch.at/./ab12cd34",
        "https://vrch.at/%2e/ab12cd34",
        "https://vrch.at/wrld_1/../ab12cd34",
        "https://vrchat.com/home/../i/ab12cd34",
        "https://vrchat.com/x/%2e%2e/i/ab12cd34",
        "https://vrch.at\\ab12cd34",
        "https:\\\\vrchat.com\\i\\ab12cd34",
        "https://vrchat.com/x/../home/launch?worldId=wrld_1&instanceId=%2012345",
        "https://vrchat.com/x/../home/launch?worldId=wrld_1&instanceId=%2B12345",
    ],
)
def test_what_a_browser_removes_from_an_address_hides_no_instance(text: str) -> None:
    assert names_instance(text)


def test_a_second_question_mark_hides_no_instance() -> None:
    assert {address.kind for address in find(f"{LAUNCH}?shortName=ab12?x")} == {"instance"}


def test_each_address_in_a_text_is_found_with_its_kind() -> None:
    text = (
        f"world vrchat.com/home/world/wrld_1, host https://vrchat.com/home/user/8AbC9DEfgh "
        f"[group](https://vrc.group/DOUKI.1234)、{CODE}。https://vrchat.com/home/profile {WORLD}1"
    )
    kinds = ["world", "user", "group", "instance", "other", "instance"]
    assert [address.kind for address in find(text)] == kinds


def test_only_the_words_that_let_readers_in_are_left_out() -> None:
    kept = "集合は  vrchat.com/home/world/wrld_1\n21:00 "
    assert without_instances(f"{kept}{CODE} です") == f"{kept}… です"
