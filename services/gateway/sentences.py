"""Every sentence that members read, in Japanese and in English."""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ja", "en"]


def _both(ja: str, en: str) -> dict[Language, str]:
    return {"ja": ja, "en": en}


TEXTS: dict[str, dict[Language, str]] = {
    # --- a wish came true
    "accepted.DraftInvitation": _both(
        "お誘いを作成しました: {link}", "Your invitation is ready: {link}"
    ),
    "accepted.JoinInvitation": _both("「{event}」に参加しました。", "You have joined “{event}”."),
    "accepted.JoinWaitlist": _both(
        "「{event}」のキャンセル待ちの {place} 番目です。席が空いたら、順番に参加になります。",
        "You are number {place} in the queue for “{event}”. You join when it is your turn.",
    ),
    "accepted.ShowInterest": _both(
        "「{event}」に興味ありと登録しました。", "You are marked as interested in “{event}”."
    ),
    "accepted.LeaveInvitation": _both(
        "「{event}」への参加・キャンセル待ち・興味ありを取り消しました。",
        "You are no longer part of “{event}”.",
    ),
    "accepted.CancelInvitation": _both("「{event}」を中止しました。", "“{event}” is cancelled."),
    "accepted.CompleteInvitation": _both("「{event}」を終了しました。", "“{event}” is over."),
    "accepted.SetInstanceLink": _both(
        "「{event}」のインスタンスリンクを設定しました。参加している人だけが「参加情報」で読めます。",
        "The instance link of “{event}” is set. Only who has a seat can read it.",
    ),
    "warning.told_type": _both(
        "⚠️ リンクのインスタンスは {told} ですが、募集の公開範囲は {chosen} です。",
        "⚠️ The link leads to a {told} instance, but the invitation says {chosen}.",
    ),
    "accepted.unknown": _both("完了しました。", "Done."),
    # --- a rule said no
    "refused.full": _both(
        "満員のため参加できませんでした（定員 {max_participants} 人）。"
        "「キャンセル待ち」を押すと、席が空いたときに順番で参加になります。",
        "It is full: all {max_participants} seats are taken."
        " Press “Join the queue” to get a seat when it is your turn.",
    ),
    "refused.not_full": _both(
        "席が空いています。「参加」を押してください。", "A seat is free: press “Join”."
    ),
    "refused.already_waitlisted": _both(
        "すでにキャンセル待ちに入っています。順番は「詳細」で見られます。",
        "You are already in the queue. “Details” shows your place.",
    ),
    "refused.not_found": _both(
        "このお誘いは見つかりませんでした。", "This invitation does not exist."
    ),
    "refused.already_joined": _both("すでに参加しています。", "You have already joined."),
    "refused.already_interested": _both(
        "すでに興味ありに登録しています。", "You are already marked as interested."
    ),
    "refused.not_participant": _both(
        "参加もキャンセル待ちも興味ありもしていません。",
        "You have neither joined nor queued nor shown interest.",
    ),
    "refused.already_final": _both(
        "このお誘いはすでに終了または中止しています。", "This event is already over or cancelled."
    ),
    "refused.host_cannot_join": _both(
        "主催者は参加者になれません（席を使わずに参加できます）。",
        "The host needs no seat and cannot join.",
    ),
    "refused.not_host": _both(
        "主催者またはスタッフだけができる操作です。", "Only the host or staff can do this."
    ),
    "refused.not_seated": _both(
        "参加している人だけが読めます。", "Only who has a seat can read this."
    ),
    "refused.nothing_to_reveal": _both(
        "プロフィールもインスタンスリンクもまだ設定されていません。",
        "There is neither a profile nor an instance link yet.",
    ),
    "refused.not_yet": _both("まだ終了時刻になっていません。", "The end time has not come yet."),
    "refused.not_published": _both(
        "お誘いはまだ準備中です。少し待ってからもう一度押してください。",
        "The invitation is still being prepared. Please try again in a moment.",
    ),
    "refused.cannot_post": _both(
        "募集チャンネルに投稿できませんでした。Bot の権限をスタッフに確認してもらってください。",
        "The announcement could not be posted. Please ask staff to check the bot's permissions.",
    ),
    "refused.draft_missing": _both(
        "作成中のお誘いが見つかりませんでした。もう一度作成してください。",
        "The draft is gone. Please create the invitation again.",
    ),
    "refused.internal_error": _both(
        "問題が起きたため完了できませんでした。時間をおいてもう一度お試しください。",
        "Something went wrong and nothing was changed. Please try again later.",
    ),
    "refused.broker_away": _both(
        "混雑または障害のため受け付けられませんでした。もう一度お試しください。",
        "This could not be accepted because of an outage. Please try again.",
    ),
    "refused.reads_away": _both(
        "いま読み込めません。少し待ってからもう一度お試しください。",
        "This cannot be read right now. Please try again in a moment.",
    ),
    "refused.unprintable": _both(
        "使えない文字が入っているため、何もしませんでした。",
        "Nothing was done, because the text holds characters that cannot be shown.",
    ),
    "refused.unknown": _both("受け付けられませんでした（{code}）。", "This was refused ({code})."),
    # --- the slash commands
    "command.invite": _both("お誘い", "Invitations"),
    "command.create": _both("お誘いを作成する", "Create an invitation"),
    "command.list": _both("お誘いの一覧を見る", "See the invitations"),
    "command.mine": _both("自分が主催するお誘いを見る", "See the invitations you host"),
    "command.show": _both("お誘いを一つ見る", "See one invitation"),
    "option.invitation": _both(
        "イベント名の一部で探すか、お誘いの ID かリンク",
        "Part of the event's name, or the id or link of the invitation",
    ),
    "option.start": _both(
        "日本時間。例: 2026-12-01 21:00、12/01 21:00、21:00、明日 21:00、今",
        "JST. Examples: 2026-12-01 21:00, 12/01 21:00, 21:00, tomorrow 21:00, now",
    ),
    "option.end": _both(
        "長さ（2h、90分）または日本時間（23:00、2026-12-01 23:00）",
        "A duration (2h, 90m) or a time in JST (23:00, 2026-12-01 23:00)",
    ),
    "option.capacity": _both(
        "主催者を除く参加者の数（1〜100。通常のインスタンスは 79 まで）",
        "Participants besides the host, 1 to 100; an ordinary instance takes 79",
    ),
    "option.wanted_tag": _both("このタグだけ", "Only this tag"),
    "option.wanted_status": _both("この状態だけ（初めは募集中）", "Only this state; open at first"),
    # --- the form
    "form.refused": _both(
        "入力に誤りがあるため、受け付けませんでした。\n{mistakes}",
        "Nothing was changed, because the form has mistakes.\n{mistakes}",
    ),
    "form.title": _both("お誘いを作成", "Create an invitation"),
    "form.link_title": _both("インスタンスリンクを設定", "Set the instance link"),
    "field.tag": _both("タグ", "Tag"),
    "field.instance_type": _both("公開範囲", "Instance type"),
    "field.start_time": _both("開始日時", "Start"),
    "field.end_time": _both("終了日時", "End"),
    "field.max_participants": _both("定員", "Capacity"),
    "field.event_name": _both("イベント名", "Event name"),
    "field.world_name": _both("ワールド名", "World name"),
    "field.world_link": _both("ワールドのリンク（任意）", "World link (optional)"),
    "field.description": _both("説明", "Description"),
    "field.vrchat_profile": _both(
        "VRChat プロフィールのリンク（任意）", "VRChat profile link (optional)"
    ),
    "field.instance_link": _both("インスタンスリンク", "Instance link"),
    "field.form": _both("フォーム", "The form"),
    "hint.vrchat_profile": _both(
        "参加者だけが読めます。https://vrchat.com/home/user/usr_…",
        "Only participants can read it. https://vrchat.com/home/user/usr_…",
    ),
    "hint.instance_link": _both(
        "参加者だけが読めます。https://vrchat.com/home/launch?worldId=…",
        "Only participants can read it. https://vrchat.com/home/launch?worldId=…",
    ),
    "mistake.blank": _both("入力してください。", "is needed."),
    "mistake.line_break": _both("改行は使えません。", "must be one line."),
    "mistake.too_long": _both("長すぎます。", "is too long."),
    "mistake.out_of_range": _both("1 から 100 までの数です。", "must be from 1 to 100."),
    "mistake.not_offered": _both("選択肢にありません。", "is not one of the choices."),
    "mistake.not_a_world_link": _both(
        "VRChat のリンクではありません（例: https://vrchat.com/home/world/wrld_…）。",
        "is no VRChat link (example: https://vrchat.com/home/world/wrld_…).",
    ),
    "mistake.not_a_profile": _both(
        "VRChat のユーザーページではありません（例: https://vrchat.com/home/user/usr_…）。",
        "is no VRChat user page (example: https://vrchat.com/home/user/usr_…).",
    ),
    "mistake.not_an_instance_link": _both(
        "インスタンスのリンクではありません"
        "（例: https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…、https://vrch.at/…）。",
        "is no instance link (examples: "
        "https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…, https://vrch.at/…).",
    ),
    "mistake.not_a_time": _both(
        "読み取れません（例: 2026-12-01 21:00、12/01 21:00、21:00、明日 21:00、今。日本時間）。",
        "cannot be read (examples: 2026-12-01 21:00, 12/01 21:00, 21:00, 明日 21:00, now; JST).",
    ),
    "mistake.not_an_end": _both(
        "読み取れません（例: 2h、90m、2時間、90分、23:00、2026-12-01 23:00。日本時間）。",
        "cannot be read (examples: 2h, 90m, 2時間, 90分, 23:00, 2026-12-01 23:00; JST).",
    ),
    "mistake.past": _both("過去の日時です。", "is in the past."),
    "mistake.ends_before_start": _both("開始より後にしてください。", "must be after the start."),
    "mistake.unreadable": _both(
        "読み取れません。コマンドからやり直してください。",
        "cannot be read. Please start again from the command.",
    ),
    "mistake.line": _both("・{field}: {mistake}", "- {field} {mistake}"),
    # --- an end before its time
    "cancel.title": _both("お誘いを中止", "Cancel the invitation"),
    "field.reason": _both("理由（任意）", "Reason (optional)"),
    "hint.reason": _both(
        "募集とスレッドに表示されます。中止は取り消せません。",
        "Everybody can read it. A cancelled event cannot be taken up again.",
    ),
    "complete.confirm": _both(
        "このお誘いを今すぐ終了しますか？ 終了は取り消せません。",
        "End this event now? This cannot be undone.",
    ),
    "notice.cancelled": _both("「{event}」は中止になりました。", "“{event}” is cancelled."),
    "notice.cancelled_because": _both(
        "「{event}」は中止になりました。\n理由: {reason}",
        "“{event}” is cancelled.\nReason: {reason}",
    ),
    "notice.completed": _both("「{event}」は終了しました。", "“{event}” is over."),
    # --- an announcement
    "status.draft": _both("準備中", "Being prepared"),
    "status.recruiting": _both("募集中", "Open"),
    "status.full": _both("満員", "Full"),
    "status.completed": _both("終了", "Over"),
    "status.cancelled": _both("中止", "Cancelled"),
    "label.host": _both("主催者", "Host"),
    "label.start": _both("開始", "Start"),
    "label.end": _both("終了", "End"),
    "label.capacity": _both("定員", "Seats"),
    "label.tag": _both("タグ", "Tag"),
    "label.instance_type": _both("公開範囲", "Instance"),
    "label.world": _both("ワールド", "World"),
    "label.participants": _both("参加者 ({count})", "Participants ({count})"),
    "label.interested": _both("興味あり ({count})", "Interested ({count})"),
    "label.waitlist": _both("キャンセル待ち ({count})", "Queue ({count})"),
    "label.and_more": _both(" ほか {count} 人", " and {count} more"),
    "label.nobody": _both("まだいません", "Nobody yet"),
    "label.cancel_reason": _both("中止の理由", "Why it is cancelled"),
    "button.join": _both("参加", "Join"),
    "button.wait": _both("キャンセル待ち", "Join the queue"),
    "button.interest": _both("興味あり", "Interested"),
    "button.leave": _both("取り消し", "Withdraw"),
    "button.detail": _both("詳細", "Details"),
    "button.cancel": _both("中止する", "Cancel the event"),
    "button.complete": _both("終了する", "End the event"),
    "button.completed": _both("終了を確定", "End it now"),
    "button.previous": _both("前へ", "Back"),
    "button.next": _both("次へ", "Next"),
    "button.reveal": _both("参加情報", "For participants"),
    "button.link": _both("インスタンスリンク", "Instance link"),
    "instance.group": _both("Group（メンバー）", "Group"),
    "instance.groupplus": _both("Group+", "Group+"),
    "instance.grouppublic": _both("Group Public", "Group Public"),
    "instance.friend": _both("Friends", "Friends"),
    "instance.friendplus": _both("Friends+", "Friends+"),
    "instance.public": _both("Public", "Public"),
    "instance.invite": _both("Invite", "Invite"),
    "instance.inviteplus": _both("Invite+", "Invite+"),
    # --- in a thread
    "notice.promoted": _both(
        "{member} さん、席が空いたので参加になりました。"
        "都合が悪くなったら「取り消し」を押してください。",
        "{member}, a seat became free and you have joined. If you cannot come, press “Withdraw”.",
    ),
    "region.us": _both("米国西部", "US West"),
    "region.use": _both("米国東部", "US East"),
    "region.eu": _both("ヨーロッパ", "Europe"),
    "region.jp": _both("日本", "Japan"),
    # --- what a host sealed
    "reveal.title": _both(
        "参加者だけの情報です。ほかの人に見せないでください。",
        "This is for participants only. Please keep it to yourself.",
    ),
    "reveal.vrchat_profile": _both(
        "主催者の VRChat プロフィール: {link}", "The host's VRChat profile: {link}"
    ),
    "reveal.instance_link": _both("インスタンスリンク: {link}", "Instance link: {link}"),
    "reveal.absent": _both("まだ設定されていません", "not set yet"),
    "reveal.broken": _both(
        "開けませんでした。スタッフに知らせてください。",
        "It could not be opened. Please tell staff.",
    ),
    # --- the list
    "list.title": _both("お誘い一覧", "Invitations"),
    "list.empty": _both("該当するお誘いはありません。", "There are no such invitations."),
    "list.line": _both(
        "[{event}]({link})\n{start}・{tag}・{status} {seats}・主催 {host}",
        "[{event}]({link})\n{start} · {tag} · {status} {seats} · host {host}",
    ),
    "list.mine": _both("自分のお誘い", "Your invitations"),
    "list.unreadable": _both(
        "このボタンは読み取れません。コマンドからやり直してください。",
        "This button cannot be read. Please start again from the command.",
    ),
}
