"""Every constraint refuses wrong rows by its name and accepts right ones."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from tests.schema.rows import SEALED, event, insert, invitation, new_id, participant, template

LINE_BREAKS = ["\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029"]
BLANKS = ["", " ", "\t", "\u00a0", "\u200b", "\u3000", " \u3000 ", "\ufeff"]
NAMES_REFUSED = [f"二{character}行" for character in LINE_BREAKS] + BLANKS
TAGS = ["観光", "ゲーム", "まったり", "撮影会", "イベント", "その他", "長" * 16]
INSTANCE_TYPES = [
    *("group", "friend", "friendplus", "public"),
    *("invite", "inviteplus", "groupplus", "grouppublic"),
]
UNSEALED = ["https://vrchat.com/home/user/usr_1", "v1.k1.", "v1.k1.a b", "", "v1.k1.ok\nhttps://x"]
LINKS_REFUSED = [
    *("http://vrchat.com/", "javascript:https://", "https://", ""),
    *(f"https://x{gap}javascript:alert(1)" for gap in ("\n", "\r", "\t", " ", "\x01")),
    *("\nhttps://x", "https://x\n", "https://\nx"),
]
IDS_REFUSED = ["", "12a", "-1", " 1", "1\n"]

REFUSED_INVITATIONS: list[tuple[str, str, Any]] = [
    ("chk_invitation_time_range", "end_time", datetime(2030, 1, 1, 12, tzinfo=UTC)),
    ("chk_invitation_max_participants", "max_participants", 0),
    ("chk_invitation_max_participants", "max_participants", 101),
    ("chk_invitation_instance_type", "instance_type", "secret"),
    ("chk_invitation_tag", "tag", "勉強:会"),
    ("chk_invitation_tag", "tag", "長" * 17),
    ("chk_invitation_tag", "tag", " "),
    ("chk_invitation_description", "description", "あ" * 2001),
    *(("chk_invitation_world_link", "world_link", link) for link in LINKS_REFUSED),
    *(("chk_invitation_event_name", "event_name", name) for name in NAMES_REFUSED),
    *(("chk_invitation_host_name", "host_name", name) for name in NAMES_REFUSED),
    *(("chk_invitation_world_name", "world_name", name) for name in NAMES_REFUSED),
    *(("chk_invitation_staff_name", "staff_name", name) for name in NAMES_REFUSED),
    *(("chk_invitation_vrchat_profile", "vrchat_profile", value) for value in UNSEALED),
    *(("chk_invitation_instance_link", "instance_link", value) for value in UNSEALED),
    *(
        ("chk_invitation_ids", column, value)
        for column in ("id", "thread_id", "staff_message_id", "guild_id", "channel_id")
        for value in IDS_REFUSED
    ),
    *(("chk_invitation_ids", column, "x") for column in ("host_id", "staff_id")),
]

REFUSED_DRAFTS: list[tuple[str, str, Any]] = [
    ("chk_draft_ids", "host_id", "x"),
    ("chk_draft_ids", "invitation_id", "x"),
    ("chk_draft_time_range", "end_time", datetime(2030, 1, 1, 12, tzinfo=UTC)),
    ("chk_draft_max_participants", "max_participants", 101),
    ("chk_draft_instance_type", "instance_type", "secret"),
    ("chk_draft_tag", "tag", "勉強:会"),
    ("chk_draft_names", "event_name", "二\n行"),
    ("chk_draft_names", "host_name", "\u3000"),
    ("chk_draft_names", "world_name", ""),
    ("chk_draft_description", "description", "あ" * 2001),
    *(("chk_draft_world_link", "world_link", link) for link in LINKS_REFUSED),
    ("chk_draft_vrchat_profile", "vrchat_profile", "https://vrchat.com/home/user/usr_1"),
    ("chk_draft_published_secret", "invitation_id", "9"),
]

REFUSED_TEMPLATES: list[tuple[str, str, Any]] = [
    ("chk_template_ids", "host_id", "x"),
    ("chk_template_names", "name", "二\n行"),
    ("chk_template_names", "event_name", "\u3000"),
    ("chk_template_mention", "mention", "@everyone"),
    ("chk_template_time_range", "end_time", datetime(2030, 1, 1, 12, tzinfo=UTC)),
    ("chk_template_sign_up", "cutoff_time", datetime(2030, 1, 1, 14, tzinfo=UTC)),
    ("chk_template_max_participants", "max_participants", 101),
    ("chk_template_reminder_minutes", "reminder_minutes", 1441),
    ("chk_template_instance_type", "instance_type", "secret"),
    ("chk_template_tag", "tag", "勉強:会"),
    ("chk_template_description", "description", "あ" * 2001),
    *(("chk_template_world_link", "world_link", link) for link in LINKS_REFUSED),
]

ACCEPTED_INVITATIONS: list[tuple[str, Any]] = [
    *(("tag", tag) for tag in TAGS),
    *(("instance_type", kind) for kind in INSTANCE_TYPES),
    ("max_participants", 1),
    ("max_participants", 100),
    ("description", "あ" * 2000),
    ("world_link", None),
    ("world_link", "HTTPS://vrchat.com/home/world/wrld_1"),
    ("vrchat_profile", None),
    ("vrchat_profile", "v12.key7." + "A" * 490),
    ("instance_link", SEALED),
    ("event_name", "あ" * 200),
    ("host_name", "a"),
    ("staff_name", None),
    ("staff_id", "9" * 20),
]


@pytest.mark.parametrize(("constraint", "column", "value"), REFUSED_INVITATIONS)
async def test_an_invitation_breaking_a_rule_is_refused_by_name(
    invitations: asyncpg.Connection, constraint: str, column: str, value: Any
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(invitations, "invitations", invitation() | {column: value})
    assert refusal.value.constraint_name == constraint


@pytest.mark.parametrize(("column", "value"), ACCEPTED_INVITATIONS)
async def test_an_invitation_within_the_rules_is_accepted(
    invitations: asyncpg.Connection, column: str, value: Any
) -> None:
    await insert(invitations, "invitations", invitation() | {column: value})


@pytest.mark.parametrize(("constraint", "column", "value"), REFUSED_DRAFTS)
async def test_a_draft_that_could_never_be_published_is_refused_by_name(
    invitations: asyncpg.Connection, constraint: str, column: str, value: Any
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(invitations, "drafts", draft() | {column: value})
    assert refusal.value.constraint_name == constraint


@pytest.mark.parametrize(("constraint", "column", "value"), REFUSED_TEMPLATES)
async def test_a_template_that_no_draft_could_be_is_refused_by_name(
    invitations: asyncpg.Connection, constraint: str, column: str, value: Any
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(invitations, "templates", template() | {column: value})
    assert refusal.value.constraint_name == constraint


@pytest.mark.parametrize("host_id", ["3", None])
async def test_a_name_is_of_one_template_of_a_host_or_of_the_guild(
    invitations: asyncpg.Connection, host_id: str | None
) -> None:
    await insert(invitations, "templates", template(host_id=host_id))
    for other in ({"host_id": "4"}, {"guild_id": "2"}, {"name": "ほかの観光"}):
        await insert(invitations, "templates", template(host_id=host_id) | other)
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await insert(invitations, "templates", template(host_id=host_id))
    assert refusal.value.constraint_name == "uq_template_name"


async def test_a_draft_gives_up_its_secret_in_the_update_that_publishes_it(
    invitations: asyncpg.Connection,
) -> None:
    row = draft()
    await insert(invitations, "drafts", row)
    await invitations.execute(
        "UPDATE drafts SET invitation_id = '9', vrchat_profile = NULL WHERE request_id = $1",
        row["request_id"],
    )


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("chk_participant_status", {"status": "left"}),
        ("chk_participant_user_id", {"user_id": "abc"}),
        *(("chk_participant_user_name", {"user_name": name}) for name in NAMES_REFUSED),
    ],
)
async def test_a_participant_breaking_a_rule_is_refused_by_name(
    invitations: asyncpg.Connection, constraint: str, changes: dict[str, Any]
) -> None:
    row = invitation()
    await insert(invitations, "invitations", row)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(invitations, "participants", participant(row["id"], **changes))
    assert refusal.value.constraint_name == constraint


@pytest.mark.parametrize(
    ("constraint", "table", "changes"),
    [
        (
            "invitations_pkey",
            "invitations",
            {"thread_id": "1", "request_id": event()["request_id"]},
        ),
        ("invitations_thread_id_key", "invitations", {"id": "1"}),
        ("unique_invitation_request", "invitations", {"id": "1", "thread_id": "1"}),
        ("unique_participant", "participants", {}),
    ],
)
async def test_a_unique_constraint_refuses_a_second_row(
    invitations: asyncpg.Connection, constraint: str, table: str, changes: dict[str, Any]
) -> None:
    row = invitation()
    rows = {"invitations": row, "participants": participant(row["id"])}
    await insert(invitations, "invitations", row)
    await insert(invitations, "participants", rows["participants"])
    again = rows[table] | ({"request_id": event()["request_id"]} if table == "invitations" else {})
    if constraint == "unique_invitation_request":
        again["request_id"] = row["request_id"]
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await insert(invitations, table, again | changes)
    assert refusal.value.constraint_name == constraint


CANCEL = (
    "UPDATE invitations SET status = $2, vrchat_profile = NULL, cancel_reason = $3 WHERE id = $1"
)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("recruiting", "雨"),
        ("completed", "雨"),
        ("cancelled", ""),
        ("cancelled", "あ" * 501),
        ("cancelled", "a\x07b"),
        ("cancelled", "\x7f"),
    ],
)
async def test_a_reason_goes_with_a_cancelled_event_and_can_be_read(
    invitations: asyncpg.Connection, status: str, reason: str
) -> None:
    row = invitation()
    await insert(invitations, "invitations", row)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await invitations.execute(CANCEL, row["id"], status, reason)
    assert refusal.value.constraint_name == "chk_invitation_cancel_reason"


@pytest.mark.parametrize("reason", [None, "雨\n\tのため", "あ" * 500])
async def test_a_reason_is_accepted_and_may_be_absent(
    invitations: asyncpg.Connection, reason: str | None
) -> None:
    row = invitation()
    await insert(invitations, "invitations", row)
    await invitations.execute(CANCEL, row["id"], "cancelled", reason)


async def test_a_participant_of_no_invitation_is_refused(invitations: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError) as refusal:
        await insert(invitations, "participants", participant(new_id()))
    assert refusal.value.constraint_name == "fk_participant_invitation"


def draft() -> dict[str, Any]:
    """Give the columns of a draft."""
    return event(reply_to='{"application_id": "1"}')
