"""The view of a host's secrets, also if a sealed text does not open."""

from uuid import uuid4

import pytest

from services.gateway.consumers.replies import sentence
from services.gateway.features.secrets.views import revealed
from shared.messages.invitations.details import InvitationState
from shared.messages.replies import CommandAccepted, SecretsRevealed
from shared.sealing import Sealer
from tests import builders
from tests.stage import INSTANCE_LINK, PROFILE, SEALING_KEYS

SEALER = Sealer.of(SEALING_KEYS)
OTHER_RING = Sealer.of("k2:" + "E" * 43)


def reply(**secrets: str | None) -> SecretsRevealed:
    """Answer with texts, sealed as the gateway seals them."""
    request_id = uuid4()
    sealed = {
        column: text and SEALER.seal(text, column=column, row=str(request_id))
        for column, text in secrets.items()
    }
    return SecretsRevealed(
        reply_to=builders.reply_to(),
        command="invitations.RevealSecrets",
        request_id=request_id,
        **sealed,
    )


def test_profile_and_link_are_shown_without_a_preview_and_with_type_and_region() -> None:
    text = revealed(reply(vrchat_profile=PROFILE, instance_link=INSTANCE_LINK), SEALER, "ja")
    assert f"<{PROFILE}>" in text
    assert f"<{INSTANCE_LINK}> (Friends+ · 日本)" in text
    assert text.count("https://") == 2


def test_the_longest_link_is_shown_whole() -> None:
    longest = INSTANCE_LINK + "&x=" + "<" * (297 - len(INSTANCE_LINK))
    text = revealed(reply(instance_link=longest), SEALER, "en")
    assert longest.replace("<", "%3C") in text
    assert len(text) <= 2000


def test_a_missing_link_is_shown_as_not_set_yet() -> None:
    text = revealed(reply(vrchat_profile=PROFILE), SEALER, "en")
    assert PROFILE in text
    assert "Instance link: not set yet" in text


def test_a_key_that_has_left_the_ring_costs_a_sentence_and_no_exception() -> None:
    sealed = reply(vrchat_profile=PROFILE, instance_link=INSTANCE_LINK)
    text = revealed(sealed, OTHER_RING, "ja")
    assert text.count("開けませんでした") == 2
    assert "vrchat.com" not in text


def test_a_secret_of_another_row_or_column_does_not_open() -> None:
    mine, other = reply(vrchat_profile=PROFILE), reply(instance_link=INSTANCE_LINK)
    moved = mine.model_copy(
        update={"vrchat_profile": other.instance_link, "instance_link": mine.vrchat_profile}
    )
    assert revealed(moved, SEALER, "ja").count("開けませんでした") == 2


@pytest.mark.parametrize(
    ("told_type", "is_warned"), [("public", True), ("", False), ("moonlight", False)]
)
def test_a_link_that_tells_another_type_is_warned_of(
    told_type: str,
    is_warned: bool,  # noqa: FBT001 - a column of the table
) -> None:
    state = InvitationState(
        **builders.details(instance_type="friendplus").model_dump(),
        **dict.fromkeys(("id", "guild_id", "channel_id", "thread_id", "host_id"), "1"),
        version=2,
        host_name="さくら",
        status="recruiting",
        joined_count=0,
    )
    accepted = CommandAccepted(
        reply_to=builders.reply_to(),
        command="invitations.SetInstanceLink",
        invitation=state,
        details={"told_type": told_type} if told_type else {},
    )
    text = sentence(accepted, "ja")
    assert "設定しました" in text
    assert ("Public ですが、募集の公開範囲は Friends+" in text) == is_warned
