"""Rule: a button or a form that no feature knows is answered, logged and counted."""

import pytest
from prometheus_client import REGISTRY

from playground import demo
from services.gateway.delivery.components import Components
from services.gateway.drawing.buttons import Join, Leave
from shared.broker import Broker
from tests.services.gateway.delivery.test_publisher import playing
from tests.services.gateway.discord.test_forged import forge_form_on, forge_on

OLD = {
    demo.TARO: "このボタンは古いため使えません。コマンドからもう一度開いてください。",
    demo.ALEX: "This button is from an older version. Please open the event or the panel again.",
}


def unknown() -> float:
    return REGISTRY.get_sample_value("components_unknown_total") or 0.0


async def test_a_button_or_form_of_another_release_is_answered_and_counted(wired: Broker) -> None:
    async with playing(wired) as (discord, _):
        before = unknown()
        for user, text in OLD.items():
            for custom_id in ("vanished:1", "join:not-an-id", "detail:1:panel:1"):
                answer = await forge_on(discord, custom_id, user).answer(10)
                assert (answer["content"], answer["flags"] & 64) == (text, 64)
            answer = await forge_form_on(discord, "cancel:x", user, {"reason": "x"}).answer(10)
            assert answer["content"] == text
        assert unknown() == before + 8


def test_two_features_cannot_handle_one_button() -> None:
    one, other = Components(), Components()
    one.button(Join)(pytest.fail)
    other.button(Leave, Join)(pytest.fail)
    with pytest.raises(ValueError, match="join"):
        Components(one, other)
