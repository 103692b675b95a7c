"""What staff read: the panel of an invitation, and who looks after it."""

from services.gateway.sentences.languages import Language, both

STAFFING: dict[str, dict[Language, str]] = {
    "label.staff": both("担当", "Looked after by"),
    "label.no_staff": both("なし", "Nobody"),
    "label.queue": both("キャンセル待ち", "Queue"),
    "button.assign": both("担当する", "Look after it"),
    "button.release": both("担当を外れる", "Release"),
    "accepted.AssignStaff": both(
        "「{event}」の担当になりました。", "You look after “{event}” from now on."
    ),
    "accepted.ReleaseStaff": both(
        "「{event}」の担当を外しました。", "Nobody looks after “{event}” any more."
    ),
    "command.staff": both("スタッフ", "For staff"),
    "command.audit": both("誰がいつ何をしたかを見る", "See who did what, and when"),
    "option.audited_invitation": both(
        "この募集についてだけ（名前の一部、ID かリンク）",
        "Only about this invitation: part of its name, its id or link",
    ),
    "option.audited_member": both("この人がしたことだけ", "Only what this member did"),
    "audit.title": both("監査ログ", "Audit log"),
    "audit.empty": both("記録はありません。", "There are no entries."),
    "audit.line": both("{at} **{who}** {action}", "{at} **{who}** {action}"),
    "audit.line_about": both("{at} **{who}** {action} {about}", "{at} **{who}** {action} {about}"),
    "audit.detailed": both("{action}（{details}）", "{action} ({details})"),
    "audit.and": both("、", ", "),
    "audit.vrchat_profile": both("プロフィール", "profile"),
    "audit.instance_link": both("インスタンスリンク", "instance link"),
    "audit.AddParticipant": both("参加者の追加", "added a participant"),
    "audit.RemoveParticipant": both("参加者を外した", "removed a participant"),
    "audit.EditInvitation": both("編集", "edited"),
    "audit.SetInstanceLink": both("インスタンスリンクの設定", "set the instance link"),
    "audit.SetProfile": both("プロフィールの設定", "set the profile"),
    "audit.RevealSecrets": both("参加情報の閲覧", "read what was sealed"),
    "audit.RenewCalendar": both("カレンダーのアドレスの更新", "renewed the guild's calendar"),
    "audit.RepeatInvitation": both("毎週のくり返し", "set a weekly repetition of"),
    "audit.StopRepetition": both("くり返しの停止", "ended the weekly repetition of"),
    "audit.detail.times": both("{value} 回", "{value} times"),
    "audit.detail.until": both("{value} まで", "until {value}"),
    "audit.AssignStaff": both("担当した", "took charge"),
    "audit.ReleaseStaff": both("担当を外した", "released"),
    "audit.CancelInvitation": both("中止", "cancelled"),
    "audit.CompleteInvitation": both("早めの終了", "ended early"),
    "refused.already_assigned": both(
        "すでに {staff_name} さんが担当しています。", "{staff_name} already looks after it."
    ),
    "refused.already_yours": both("すでにあなたが担当しています。", "You already look after it."),
    "refused.not_assigned": both("担当している人はいません。", "Nobody looks after it."),
}
