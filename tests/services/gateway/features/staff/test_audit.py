"""`/staff audit` on Discord: in words, within its limits, page by page, for staff alone."""

import ast
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import services.invitations.handlers
import services.tickets.handlers
from playground import demo
from playground.refusals import ClientRefusal
from services.gateway.features.staff.audit_views import AuditPage, TicketLogPage, audit_log
from services.gateway.i18n.translate import KEYS, translate
from shared.messages.invitations.staffing import AuditEntry
from shared.messages.replies import AuditLogShown
from tests import builders
from tests.services.gateway.drawing.test_views import HOSTILE, LONG_ID
from tests.services.gateway.features.lists.test_lists import labels
from tests.stage import INSTANCE_LINK, PROFILE, Stage, shown

CHANGED = "サーバー設定を変更した"
HANDLERS = [
    Path(handlers.__file__).parent
    for handlers in (services.invitations.handlers, services.tickets.handlers)
]


EDITED = (
    "編集した（イベント名: 朝の会 → 夜の\\*会\\*、開始: <t:1796126400:f> → <t:1796130000:f>、説明、"
    "ワールドのリンク: - → https\\:\\/\\/x.test\\/1） ["
)


def entry(**changes: Any) -> AuditEntry:
    fields: dict[str, Any] = {
        "at": builders.soon(),
        "actor_id": LONG_ID,
        "actor_name": "みどり",
        "action": "invitations.CompleteInvitation",
        "details": {},
        "invitation_id": LONG_ID,
        "guild_id": LONG_ID,
        "channel_id": LONG_ID,
        "event_name": "夜の同期会",
    }
    return AuditEntry(**{**fields, **changes})


def setting(name: str, **values: str) -> dict[str, Any]:
    """Say that a setting of the guild was changed."""
    return {
        "action": "invitations.ChangeGuildSettings",
        "details": {"setting": name, **values},
        "invitation_id": None,
    }


def page(*entries: AuditEntry, language: str = "ja", **changes: Any) -> str:
    answer = AuditLogShown(
        reply_to=builders.reply_to(),
        command="invitations.ReadAuditLog",
        entries=list(entries),
        **changes,
    )
    return str(audit_log(answer, "ja" if language == "ja" else "en")["embeds"][0]["description"])


def written_down() -> set[str]:
    """Name the commands whose handlers write into the log."""
    return {
        ast.unparse(function.args.args[0].annotation or ast.Constant(""))
        for folder in HANDLERS
        for path in folder.glob("*.py")
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.AsyncFunctionDef)
        and not function.name.startswith("_")
        and ("audit.write_down" in ast.unparse(function) or "_accepted(" in ast.unparse(function))
    }


def test_every_audited_command_has_a_text() -> None:
    commands = written_down()
    assert {"AssignStaff", "ReleaseStaff", "EditInvitation", "RevealSecrets"} <= commands
    assert {name for name in commands if f"audit-{name}" not in KEYS} == set()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"details": {"reason": ""}}, "早めに終了した ["),
        (
            {"action": "invitations.CancelInvitation", "details": {"reason": "台風"}},
            "中止した（台風） [",
        ),
        (
            {
                "action": "invitations.EditInvitation",
                "details": {"changed": ["event_name", "max_participants", "newer"]},
            },
            "編集した（イベント名、定員、newer） [",
        ),
        (
            {
                "action": "invitations.EditInvitation",
                "details": {
                    "changed": ["event_name", "start_time", "description", "world_link"],
                    "before": ["朝の会", "2026-12-01T12:00+00:00", "", ""],
                    "after": ["夜の*会*", "2026-12-01T13:00+00:00", "", "https://x.test/1"],
                },
            },
            EDITED,
        ),
        (
            {"action": "invitations.RevealSecrets", "details": {"shown": ["vrchat_profile"]}},
            "参加情報を読んだ（プロフィール）",
        ),
        *(
            ({"action": "invitations.EditInvitation", "details": {key: user_id}}, words)
            for key, user_id, words in (
                ("named_co_host", "7", "編集した（共同主催に <@7> を追加） ["),
                ("removed_co_host", "0", "編集した（共同主催から （消去済み） を外した） ["),
            )
        ),
        (
            {"action": "invitations.ReleaseStaff", "details": {"staff_id": "7"}},
            "担当を外した（<@7>）",
        ),
        (
            {"action": "invitations.NewerCommand", "details": {"part": "joined"}},
            "NewerCommand（参加）",
        ),
        (
            {"action": "invitations.RepeatInvitation", "details": {"times": "3"}},
            "毎週の繰り返しを設定した（3 回）",
        ),
        (
            setting("staff_role_ids", before="5", after="1, 2, 3, 4"),
            f"{CHANGED}（スタッフのロール: <@&5> → <@&1>, <@&2>, <@&3>…）",
        ),
        (setting("staff_channel_id", after="33"), f"{CHANGED}（スタッフチャンネル: - → <#33>）"),
        (setting("language", before="ja", after="en"), f"{CHANGED}（言語: ja → en）"),
        (setting("newer_one", after="*1*"), f"{CHANGED}（newer\\_one: - → \\*1\\*）"),
        ({"event_name": None, "guild_id": None}, f"早めに終了した {LONG_ID}"),
        ({"invitation_id": None}, "早めに終了した"),
    ],
)
def test_an_entry_names_the_actor_the_action_and_the_invitation(
    changes: dict[str, Any], words: str
) -> None:
    text = page(entry(**changes))
    assert text.startswith("<t:")
    assert f" **みどり** {words}" in text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_worst_page_stays_below_discords_limit(language: str) -> None:
    worst = entry(
        actor_name=HOSTILE[:100],
        event_name=HOSTILE,
        action="invitations.EditInvitation",
        details={"changed": ["max_participants"] * 20},
    )
    edit = {"changed": ["event_name", "world_name"], "before": [HOSTILE[:100]] * 2}
    edited = worst.model_copy(update={"details": edit | {"after": [HOSTILE[:100]] * 2}})
    ids = ", ".join([LONG_ID] * 10)
    changed = entry(
        actor_name=HOSTILE[:100], **setting("announcement_role_ids", before=ids, after=ids)
    )
    texts = [page(*[each] * 10, language=language) for each in (worst, changed, edited)]
    assert max(map(len, texts)) <= 4096
    assert "](https://evil" not in "".join(texts)


def test_a_button_brings_its_page_back() -> None:
    for page in (
        AuditPage(None, None, "a" + "9" * 18),
        AuditPage(LONG_ID, LONG_ID, "a" + "9" * 18),
    ):
        assert len(page.encode()) <= 100
        assert AuditPage.decode(page.encode()) == page
    page = TicketLogPage(LONG_ID, "a" + "9" * 18)
    assert TicketLogPage.decode(page.encode()) == page
    with pytest.raises(ValueError, match="invitation_id"):
        AuditPage.decode("audit:x:-:a1")


async def planted(stage: Stage, actor_id: str, count: int) -> None:
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute(
        "INSERT INTO invitations.audit_log (actor_id, actor_name, action, details)"
        " SELECT $1, '働き者' || n, 'invitations.RenewCalendar',"
        "        jsonb_build_object('guild_id', $3::text)"
        "   FROM generate_series(1, $2::int) n",
        actor_id,
        count,
        demo.GUILD_ID,
    )
    await connection.close()


async def test_staff_turn_the_pages_of_one_members_audit_log(stage: Stage) -> None:
    busy = stage.discord.add_member("働き者")
    await planted(stage, busy, 12)
    press = await stage.discord.slash("staff audit", user=demo.MIDORI, options={"member": busy})
    first = await press.answer()
    assert first["flags"] & 64
    assert labels(first) == ["次へ"]
    assert "**働き者12**" in shown(first)
    await stage.discord.click(first["id"], label="次へ", user=demo.MIDORI)
    second = await press.wait_for(lambda now: "**働き者1**" in shown(now))
    assert labels(second) == ["前へ"]
    await stage.discord.click(second["id"], label="前へ", user=demo.MIDORI)
    again = await press.wait_for(lambda now: "**働き者12**" in shown(now))
    assert again["embeds"] == first["embeds"]
    assert not press.interaction.followup_ids


async def test_staff_read_an_events_audit_log_and_no_secret(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="記録される会", vrchat_profile=PROFILE)
    details = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=demo.SAKURA)
    form = await stage.discord.click(
        (await details.answer())["id"], f"link:{invitation_id}", user=demo.SAKURA
    )
    await form.modal()
    await (await stage.discord.submit(form, {"instance_link": INSTANCE_LINK})).answer()
    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await join.answer()
    read = await stage.discord.click(invitation_id, f"reveal:{invitation_id}", user=demo.TARO)
    assert PROFILE in (await read.answer())["content"]

    link = f" https://discord.com/channels/1/2/{invitation_id}"
    press = await stage.discord.slash("staff audit", user=demo.MIDORI, options={"id": link})
    text = shown(await press.answer())

    assert "**たろう** 参加情報を読んだ（プロフィール、インスタンスリンク）" in text
    assert "**さくら** インスタンスリンクを設定した [記録される会](https://discord" in text
    assert text.index("たろう") < text.index("さくら")
    assert PROFILE not in text
    assert INSTANCE_LINK not in text


async def test_members_are_not_offered_the_log(stage: Stage) -> None:
    """Discord's courtesy; that the service refuses them is its own test."""
    with pytest.raises(ClientRefusal):
        await stage.discord.slash("staff audit", user=demo.TARO)
    press = await stage.discord.slash("staff audit", user=demo.MIDORI, options={"id": "何か"})
    assert (await press.answer())["content"] == translate("ja", "refused-no_such_name")


async def test_staff_of_another_guild_are_not_staff_here(stage: Stage) -> None:
    """The commands are global: the owner of another guild with the bot is staff there."""
    invitation_id = await stage.create(event_name="よそから触られる会")
    await planted(stage, demo.MIDORI, 1)
    elsewhere = stage.discord.add_guild("よそ", owner=demo.MIDORI)
    stage.discord.join(demo.TARO, elsewhere)
    channel = stage.discord.add_channel("雑談", guild=elsewhere)
    named = {"id": invitation_id}
    shows = await stage.discord.slash(
        "invite show", user=demo.MIDORI, channel=channel, options=named
    )
    assert "担当" not in shown(await shows.answer())
    remove = await stage.discord.slash(
        "invite remove",
        user=demo.MIDORI,
        channel=channel,
        options=named | {"member": demo.TARO},
    )
    assert "見つかりません" in (await remove.answer())["content"]
    audit = await stage.discord.slash("staff audit", user=demo.MIDORI, channel=channel)
    answer = await audit.answer()
    assert "働き者" not in shown(answer)
    assert "記録はありません" in shown(answer)
