import json
import re
from datetime import timedelta, timezone
from uuid import uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from deploy.local.rabbitmq import definitions
from deploy.rabbitmq.add_consumers import add_consumers
from shared.exchanges import REPLIES, exchange_of
from shared.messages.characters import IGNORABLE
from shared.messages.envelope import Actor, Envelope, Event, ReplyTo
from shared.messages.invitations.commands import CancelInvitation, JoinInvitation
from shared.messages.invitations.details import mistakes_in
from shared.messages.invitations.events import InvitationEvent
from shared.messages.invitations.images import ImageOffered, OfferedImage
from shared.messages.links import InstanceLink
from shared.messages.registry import REGISTRY, UnknownMessage, Unreadable, read
from shared.messages.text import LONGEST_PERSON_NAME, person_name
from shared.messages.tickets.details import Subject
from shared.messages.tickets.events import TicketEvent
from tests import builders

JST = timezone(timedelta(hours=9))


def join() -> JoinInvitation:
    return JoinInvitation(actor=builders.MEMBER, invitation_id=builders.INVITATION_ID)


def test_a_message_reads_as_it_was_written() -> None:
    envelope = Envelope.first(builders.draft(reply_to=builders.reply_to()))
    assert read(envelope.to_json()) == envelope


def test_times_cross_the_wire_in_utc_with_a_z() -> None:
    start = builders.soon(hours=1).astimezone(JST)
    body = json.loads(Envelope.first(builders.draft(start_time=start)).to_json())["body"]
    assert body["details"]["start_time"].endswith("Z")


def test_an_older_reader_lives_with_a_newer_writer() -> None:
    fields = json.loads(Envelope.first(join()).to_json())
    fields["added"] = fields["body"]["added"] = "by a later release"
    assert read(json.dumps(fields)).body == join()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b"\xff",
        b'{"name":"invitations.Unknown","body":{}}',
        b"[" * 100_000,
    ],
)
def test_a_malformed_body_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


def test_a_message_of_another_release_is_named_with_its_fault() -> None:
    """The log says it to the operator."""
    text = Envelope.first(join()).to_json()
    with pytest.raises(UnknownMessage, match=r"^invitations\.JoinWithFriends: KeyError$"):
        read(text.replace("invitations.JoinInvitation", "invitations.JoinWithFriends"))
    with pytest.raises(UnknownMessage, match=r"^invitations\.JoinInvitation: ValidationError$"):
        read(text.replace('"invitation_id":', '"event_id":'))


def test_a_moment_beyond_the_calendar_is_unreadable() -> None:
    fields = json.loads(Envelope.first(join()).to_json())
    with pytest.raises(Unreadable):
        read(json.dumps(fields | {"sent_at": "0001-01-01T00:00:00+09:00"}))


def test_a_caused_message_keeps_the_correlation_id() -> None:
    first = Envelope.first(join())
    second = first.caused(join())
    assert (second.correlation_id, second.causation_id) == (first.correlation_id, first.id)


def test_the_name_on_the_wire_is_the_class_name() -> None:
    assert REGISTRY["invitations.JoinInvitation"] is JoinInvitation


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_no_event_has_room_for_a_secret(name: str) -> None:
    """An event of a ticket, which no program outside hears, names the answer that it owes."""
    message = REGISTRY[name]
    schema = json.dumps(message.model_json_schema())
    if issubclass(message, Event):
        secrets = {"vrchat_profile", "instance_link", "reply_to", "token"} & set(schema.split('"'))
        owed = {"reply_to", "token"} if issubclass(message, TicketEvent) else set[str]()
        assert secrets == owed


def test_the_token_of_an_answer_is_sealed_wherever_it_travels() -> None:
    with pytest.raises(ValidationError, match="token"):
        ReplyTo.model_validate({**builders.reply_to().model_dump(), "token": "aW50ZXJhY3Rpb24"})


def test_no_program_outside_hears_of_tickets() -> None:
    bindings = add_consumers(definitions(), ["stats"])["bindings"]
    heard = {each["routing_key"] for each in bindings if each["destination"] == "consumers.stats"}
    assert heard == {"invitations.#"}


def test_no_program_outside_hears_where_the_picture_of_a_draft_is() -> None:
    image = OfferedImage(id=uuid4(), kind="png", url="https://cdn.discordapp.com/a", size=1)
    offered = ImageOffered(guild_id="1", image=image, by=builders.HOST)
    assert exchange_of(offered) == REPLIES
    assert not any(
        "OfferedImage" in json.dumps(message.model_json_schema())
        for message in REGISTRY.values()
        if issubclass(message, Event)
    )


def test_an_invitations_event_carries_its_version() -> None:
    assert "version" in InvitationEvent.model_fields["invitation"].annotation.model_fields


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("event_name", "一行目\n二行目", "line_break"),
        ("event_name", "a\u2028b", "line_break"),
        ("event_name", " \u202e ", "blank"),
        ("description", "", "string_too_short"),
        ("description", "字" * 2001, "string_too_long"),
        ("event_name", "字" * 201, "string_too_long"),
        ("event_name", "\ufb2c" * 67, "string_too_long"),  # each is three characters in NFC
        ("tag", "a:b", "colon"),
        ("tag", "長" * 17, "string_too_long"),
        ("instance_type", "secret", "literal_error"),
        ("max_participants", 0, "greater_than_equal"),
        ("max_participants", 101, "less_than_equal"),
        ("world_link", "http://vrchat.com/home", "not_a_world_link"),
        ("world_link", "https://evil.example/vrchat.com", "not_a_world_link"),
        ("world_link", "https://vrchat.com@evil.example/", "not_a_world_link"),
        ("world_link", "https://vrchat.com:8443/", "not_a_world_link"),
        ("world_link", "https://vrchat.com/ x", "not_a_world_link"),
        ("world_link", "https://vrchat.com/\x00", "not_a_world_link"),
        ("world_link", "\x01https://vrchat.com/", "not_a_world_link"),
        ("world_link", "javascript:alert(1)", "not_a_world_link"),
        ("world_link", "https://[", "not_a_world_link"),
    ],
)
def test_the_contract_refuses(field: str, value: object, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        builders.details(**{field: value})
    assert [error["type"] for error in refused.value.errors()] == [code]


def test_an_event_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="must end after it starts"):
        builders.details(end_time=builders.soon(minutes=1))


@pytest.mark.parametrize("link", ["https://vrch.at/abc", "https://vrc.group/DOUKI.1234"])
def test_the_contract_takes_every_vrchat_host(link: str) -> None:
    assert builders.details(world_link=link).world_link == link


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("event_name", "x\x00y\x1f", "xy"),
        ("world_name", "夜\u202e会\u2066\u061c", "夜会"),
        ("event_name", "👩\u200d💻 ❤\ufe0f 🏴\U000e0067\U000e007f", None),
        ("event_name", "\u2800\u00ad", "?"),
        ("description", "x\x00\x07y", "xy"),
        ("description", "a\x0bb\x0cc\x1cd\x1ee\x85f\u2028g\r\nh\ri", "a\nb\nc\nd\ne\nf\ng\nh\ni"),
        ("description", "右\u202eから\u200f左\tへ", "右から左\tへ"),
        ("description", "\u202e", "?"),
        ("world_link", "https://vrchat.com/\u202eabc", "https://vrchat.com/abc"),
    ],
)
def test_the_contract_repairs(field: str, typed: str, kept: str | None) -> None:
    assert getattr(builders.details(**{field: typed}), field) == (typed if kept is None else kept)


@pytest.mark.parametrize(
    "text",
    [
        "https://vrch.at/ab12cd34",
        "\u2800",
        "\u3164\u200b",
    ],
)
def test_a_text_stored_before_a_rule_can_still_be_read(text: str) -> None:
    """Events, replays and the API hold texts that a form refuses today."""
    assert builders.details(event_name=text, world_name=text, description=text)
    assert builders.details(world_link="https://vrch.at/ab12cd34")


# As a member types them, one after the other; each alone is a name of nothing.
INVISIBLE = [
    *("\u2800", "\u00ad", "\u034f", "\ufe0f", "\u061c", "\u2066", "\u2067", "\u2068", "\u2069"),
    *("\u202a", "\u202e", "\U000e0041", "\u200b", "\u200d", "\u2060", "\u3164", "\uffa0", "\u115f"),
    *("\u17b4", "\u180e", "\ufeff", "\U0001d173", "\U000e0100", "\u3000", "\xa0", "\x07"),
]


@pytest.mark.parametrize("invisible", [*INVISIBLE, "".join(INVISIBLE), " \u2800 \u00ad"])
def test_a_name_of_invisible_characters_is_refused_in_a_form_and_replaced_elsewhere(
    invisible: str,
) -> None:
    texts = {"event_name": invisible, "world_name": invisible, "description": invisible}
    assert mistakes_in(texts) == [(name, "blank") for name in texts]
    with pytest.raises(ValidationError):
        TypeAdapter[str](Subject).validate_python(invisible)
    assert person_name(invisible, "taro") == "taro"
    assert Actor(user_id="1", name=invisible).name == "?"


def test_every_ignorable_character_of_unicode_is_in_the_table() -> None:
    """DerivedCoreProperties.txt says "Total code points: 4174" of the property."""
    table = re.compile(f"[{IGNORABLE}]")
    assert sum(table.match(chr(at)) is not None for at in range(0x110000)) == 4174


LAUNCH = "https://vrchat.com/home/launch?worldId=wrld_1&instanceId=1"


@pytest.mark.parametrize(
    "link",
    [
        LAUNCH,
        LAUNCH + "~hidden(usr_1)~moonlight(1)~region(jp)&shortName=abc",
        LAUNCH.replace("vrchat.com", "www.vrchat.com"),
        "https://vrch.at/abc12345",
    ],
)
def test_an_instance_link_is_taken_with_whatever_vrchat_adds(link: str) -> None:
    assert TypeAdapter[str](InstanceLink).validate_python(link) == link


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", "not_vrchat"),
        (LAUNCH.replace("https", "ftp"), "not_vrchat"),
        (LAUNCH.replace("vrchat.com", "vrchat.com.evil.example"), "not_vrchat"),
        (LAUNCH.replace("vrchat.com", "vrchat.com@evil.example"), "not_vrchat"),
        (LAUNCH.replace("vrchat.com", "vrchat.com:8443"), "not_vrchat"),
        (LAUNCH.replace("launch", "world"), "not_an_instance"),
        (LAUNCH.replace("wrld_1", "usr_1"), "not_an_instance"),
        (LAUNCH.partition("&")[0], "not_an_instance"),
        (LAUNCH.replace("launch", "\nlaunch"), "not_vrchat"),
        (LAUNCH + " x", "not_vrchat"),
        (LAUNCH + "あ", "not_vrchat"),
        ("https://vrch.at/", "not_an_instance"),
        ("https://[", "not_vrchat"),
        (LAUNCH + "1" * 300, "string_too_long"),
    ],
)
def test_a_link_that_starts_no_instance_is_refused(link: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter[str](InstanceLink).validate_python(link)
    assert [error["type"] for error in refused.value.errors()] == [code]


def test_names_are_brought_to_nfc() -> None:
    assert builders.details(event_name=" か\u3099くせい ").event_name == "がくせい"


def test_a_display_name_that_cannot_be_read_gives_way_to_the_next() -> None:
    assert person_name("\u3164\u200b", "taro\n\x00") == "taro"
    assert person_name("", "\u2060") == "?"
    assert person_name("vrch.at/ab12cd34", "taro") == "taro", "everybody reads a name"
    assert len(person_name("長" * 300)) == LONGEST_PERSON_NAME


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 台風\nのため ", "台風\nのため"),
        ("", ""),
        (" \u3164\u200b\u2800\n", ""),
        ("a\x00b\x07\u202e", "ab"),
    ],
)
def test_a_remark_is_its_bare_words_or_nothing(typed: str, kept: str) -> None:
    cancel = CancelInvitation(actor=builders.HOST, invitation_id="1", reason=typed)
    assert cancel.reason == kept


def test_a_remark_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(ValidationError):
        CancelInvitation(actor=builders.HOST, invitation_id="1", reason="字" * 501)
