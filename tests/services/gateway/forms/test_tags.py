"""The tags of a guild as its managers type them."""

import pytest

from services.gateway.forms.mistakes import Mistaken
from services.gateway.forms.tags import read_tags, write_tags
from services.gateway.i18n.translate import LANGUAGES, Language
from shared.messages.invitations.details import TAGS
from shared.messages.invitations.guilds import GuildSettings


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_default_tags_are_read_back_in_every_language(language: Language) -> None:
    assert read_tags(write_tags(TAGS, language)) == TAGS


def test_lines_are_tags_each_once_in_their_order() -> None:
    assert read_tags(" ダンス\n\nＧａｍｅｓ\nダンス\nか\u3099 \n") == ("ダンス", "ゲーム", "が")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("\n \n", "blank"),
        ("長" * 17, "too_long"),
        ("観光\na:b", "colon"),
        ("\n".join(map(str, range(21))), "too_many_tags"),
    ],
)
def test_what_can_be_no_tag_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Mistaken) as mistaken:
        read_tags(typed)
    assert mistaken.value.mistakes == [("tags", code)]


def test_a_draft_begins_with_a_tag_that_hosts_can_choose() -> None:
    assert GuildSettings().offered() == "その他"
    settings = GuildSettings(tags=("ダンス", "朝会"))
    chosen = settings.offered("ダンス"), settings.offered("観光"), settings.offered()
    assert chosen == ("ダンス", "朝会", "朝会")
