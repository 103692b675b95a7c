"""What a launch link tells, as VRChat writes its instance ids."""

import pytest

from services.gateway.launch_links import Told, leads_elsewhere, read_launch_link

WORLD = "https://vrchat.com/home/launch?worldId=wrld_1&instanceId="


@pytest.mark.parametrize(
    ("instance_id", "told"),
    [
        ("12345", Told("public")),
        ("12345~region(jp)", Told("public", "jp")),
        ("12345~hidden(usr_1)~region(use)", Told("friendplus", "use")),
        ("12345~friends(usr_1)~region(eu)", Told("friend", "eu")),
        ("12345~private(usr_1)~region(us)", Told("invite", "us")),
        ("12345~private(usr_1)~canRequestInvite~region(jp)", Told("inviteplus", "jp")),
        ("12345~group(grp_1)~groupAccessType(members)~region(jp)", Told("group", "jp")),
        ("12345~group(grp_1)~groupAccessType(plus)", Told("groupplus")),
        ("12345~group(grp_1)~groupAccessType(public)", Told("grouppublic")),
        ("12345~nonce(0f)~hidden(usr_1)", Told("friendplus")),
    ],
)
def test_type_and_region_are_read(instance_id: str, told: Told) -> None:
    assert read_launch_link(WORLD + instance_id) == told


@pytest.mark.parametrize(
    ("instance_id", "told"),
    [
        ("12345~moonlight(usr_1)~region(jp)", Told(None, "jp")),
        ("12345~group(grp_1)~groupAccessType(moon)", Told(None)),
        ("12345~hidden(usr_1)~moonlight~region(moon)", Told("friendplus")),
        ("12345~((", Told()),
        ("", Told()),
    ],
)
def test_what_vrchat_adds_later_passes(instance_id: str, told: Told) -> None:
    assert read_launch_link(WORLD + instance_id) == told


def test_escaped_parentheses_are_read_too() -> None:
    assert read_launch_link(f"{WORLD}1~hidden%28usr_1%29~region%28jp%29") == Told(
        "friendplus", "jp"
    )


def test_a_short_link_tells_nothing() -> None:
    assert read_launch_link("https://vrch.at/abc12345") == Told()


@pytest.mark.parametrize(
    ("world_link", "is_elsewhere"),
    [
        ("https://vrchat.com/home/world/wrld_1", False),
        ("https://vrchat.com/home/world/wrld_1/", False),
        ("https://vrchat.com/home/launch?worldId=wrld_1", False),
        ("https://vrchat.com/home/world/wrld_2", True),
        ("https://vrchat.com/home/launch?worldId=wrld_2", True),
        ("https://vrch.at/abc", False),  # it names no world
        (None, False),
    ],
)
def test_another_world_is_noticed(
    world_link: str | None,
    is_elsewhere: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert leads_elsewhere(WORLD + "12345", world_link) is is_elsewhere
    assert not leads_elsewhere("https://vrch.at/abc", world_link)
