import base64
import re

import pytest

from shared.messages.envelope import Sealed
from shared.sealing import SealBroken, Sealer
from shared.settings import OperatorMistake

OLD = "k1:" + base64.urlsafe_b64encode(b"1" * 32).decode()
NEW = "k2:" + base64.urlsafe_b64encode(b"2" * 32).decode()
PROFILE = "https://vrchat.com/home/user/usr_c1644b5b-3ca4-45b4-97c6-a2a0de70d469"


def seal(text: str = PROFILE, keys: str = OLD) -> str:
    return Sealer.of(keys).seal(text, column="vrchat_profile", row="r1")


def test_a_sealed_text_opens_in_its_own_row_and_column() -> None:
    assert Sealer.of(OLD).open(seal(), column="vrchat_profile", row="r1") == PROFILE


@pytest.mark.parametrize("where", [("instance_link", "r1"), ("vrchat_profile", "r2")])
def test_moved_to_another_row_or_column_it_does_not_open(where: tuple[str, str]) -> None:
    with pytest.raises(SealBroken):
        Sealer.of(OLD).open(seal(), column=where[0], row=where[1])


@pytest.mark.parametrize("position", [7, 30, -1])
def test_a_changed_text_does_not_open(position: int) -> None:
    sealed = list(seal())
    sealed[position] = "A" if sealed[position] != "A" else "B"
    with pytest.raises(SealBroken):
        Sealer.of(OLD).open("".join(sealed), column="vrchat_profile", row="r1")


@pytest.mark.parametrize("text", ["", "v1", "v1.k1", "v1.k1.*", "v1.k1.AAAA", "v2.k1.AAAA", "平文"])
def test_a_text_that_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(SealBroken):
        Sealer.of(OLD).open(text, column="vrchat_profile", row="r1")


def test_an_old_key_still_opens_and_the_first_one_seals() -> None:
    ring = Sealer.of(f"{NEW},{OLD}")
    assert ring.open(seal(keys=OLD), column="vrchat_profile", row="r1") == PROFILE
    assert ring.seal("x", column="c", row="r").startswith("v1.k2.")


def test_without_its_key_nothing_opens() -> None:
    with pytest.raises(SealBroken):
        Sealer.of(NEW).open(seal(keys=OLD), column="vrchat_profile", row="r1")


def test_two_seals_of_one_text_differ() -> None:
    assert seal() != seal()


def test_the_longest_link_fits_the_column_and_its_check() -> None:
    sealed = seal("x" * 266)
    pattern = Sealed.__metadata__[0].pattern
    assert len(sealed) <= 500
    assert re.search(pattern, sealed)


@pytest.mark.parametrize(
    "setting",
    ["", "k1", "k1:short", "K1:" + OLD[3:], f"{OLD},{OLD}", f"{OLD},", "k1:" + "Ä" * 43],
)
def test_a_wrong_key_ring_is_one_sentence_without_the_key(setting: str) -> None:
    with pytest.raises(OperatorMistake, match="SEALING_KEYS is wrong at key") as mistake:
        Sealer.of(setting)
    assert OLD[3:] not in str(mistake.value)
