"""Every sentence that members read, in Japanese and in English."""

from services.gateway.editing_sentences import EDITING
from services.gateway.languages import Language, both
from services.gateway.refusals import REFUSALS

__all__ = ["TEXTS", "Language"]

TEXTS: dict[str, dict[Language, str]] = {
    **REFUSALS,
    **EDITING,
    # --- a wish came true
    "accepted.DraftInvitation": both(
        "お誘いを作成しました: {link}", "Your invitation is ready: {link}"
    ),
    "accepted.JoinInvitation": both("「{event}」に参加しました。", "You have joined “{event}”."),
    "accepted.JoinWaitlist": both(
        "「{event}」のキャンセル待ちの {place} 番目です。席が空いたら、順番に参加になります。",
        "You are number {place} in the queue for “{event}”. You join when it is your turn.",
    ),
    "accepted.ShowInterest": both(
        "「{event}」に興味ありと登録しました。", "You are marked as interested in “{event}”."
    ),
    "accepted.LeaveInvitation": both(
        "「{event}」への参加・キャンセル待ち・興味ありを取り消しました。",
        "You are no longer part of “{event}”.",
    ),
    "accepted.CancelInvitation": both("「{event}」を中止しました。", "“{event}” is cancelled."),
    "accepted.CompleteInvitation": both("「{event}」を終了しました。", "“{event}” is over."),
    "accepted.SetInstanceLink": both(
        "「{event}」のインスタンスリンクを設定しました。参加している人だけが「参加情報」で読めます。",
        "The instance link of “{event}” is set. Only who has a seat can read it.",
    ),
    "warning.told_type": both(
        "⚠️ リンクのインスタンスは {told} ですが、募集の公開範囲は {chosen} です。",
        "⚠️ The link leads to a {told} instance, but the invitation says {chosen}.",
    ),
    "accepted.SetReminders.on": both(
        "参加する募集の開始前に、お知らせが届くようにしました。",
        "You will be reminded before the events you have joined.",
    ),
    "accepted.SetReminders.off": both(
        "開始前のお知らせを切りました。`/お誘い お知らせ` でまた入れられます。",
        "You will get no more reminders. `/invite reminders` turns them on again.",
    ),
    "accepted.unknown": both("完了しました。", "Done."),
    # --- the slash commands
    "command.invite": both("お誘い", "Invitations"),
    "command.create": both("お誘いを作成する", "Create an invitation"),
    "command.list": both("お誘いの一覧を見る", "See the invitations"),
    "command.mine": both("自分が主催するお誘いを見る", "See the invitations you host"),
    "command.show": both("お誘いを一つ見る", "See one invitation"),
    "option.invitation": both(
        "イベント名の一部で探すか、お誘いの ID かリンク",
        "Part of the event's name, or the id or link of the invitation",
    ),
    "command.reminders": both(
        "開始前のお知らせを入れる・切る", "Turn your reminders before events on or off"
    ),
    "option.reminders": both(
        "参加している募集すべてについて", "For every event you have joined or will join"
    ),
    "reminders.on": both("入れる", "On"),
    "reminders.off": both("切る", "Off"),
    "option.start": both(
        "日本時間。例: 2026-12-01 21:00、12/01 21:00、21:00、明日 21:00、今",
        "JST. Examples: 2026-12-01 21:00, 12/01 21:00, 21:00, tomorrow 21:00, now",
    ),
    "option.end": both(
        "長さ（2h、90分）または日本時間（23:00、2026-12-01 23:00）",
        "A duration (2h, 90m) or a time in JST (23:00, 2026-12-01 23:00)",
    ),
    "option.capacity": both(
        "主催者を除く参加者の数（1〜100。通常のインスタンスは 79 まで）",
        "Participants besides the host, 1 to 100; an ordinary instance takes 79",
    ),
    "option.wanted_tag": both("このタグだけ", "Only this tag"),
    "option.wanted_status": both("この状態だけ（初めは募集中）", "Only this state; open at first"),
    # --- the form
    "form.refused": both(
        "入力に誤りがあるため、受け付けませんでした。\n{mistakes}",
        "Nothing was changed, because the form has mistakes.\n{mistakes}",
    ),
    "form.title": both("お誘いを作成", "Create an invitation"),
    "form.link_title": both("インスタンスリンクを設定", "Set the instance link"),
    "field.tag": both("タグ", "Tag"),
    "field.instance_type": both("公開範囲", "Instance type"),
    "field.start_time": both("開始日時", "Start"),
    "field.end_time": both("終了日時", "End"),
    "field.max_participants": both("定員", "Capacity"),
    "field.event_name": both("イベント名", "Event name"),
    "field.world_name": both("ワールド名", "World name"),
    "field.world_link": both("ワールドのリンク（任意）", "World link (optional)"),
    "field.description": both("説明", "Description"),
    "field.vrchat_profile": both(
        "VRChat プロフィールのリンク（任意）", "VRChat profile link (optional)"
    ),
    "field.instance_link": both("インスタンスリンク", "Instance link"),
    "field.form": both("フォーム", "The form"),
    "hint.vrchat_profile": both(
        "参加者だけが読めます。https://vrchat.com/home/user/usr_…",
        "Only participants can read it. https://vrchat.com/home/user/usr_…",
    ),
    "hint.instance_link": both(
        "参加者だけが読めます。https://vrchat.com/home/launch?worldId=…",
        "Only participants can read it. https://vrchat.com/home/launch?worldId=…",
    ),
    "mistake.blank": both("入力してください。", "is needed."),
    "mistake.line_break": both("改行は使えません。", "must be one line."),
    "mistake.too_long": both("長すぎます。", "is too long."),
    "mistake.out_of_range": both("1 から 100 までの数です。", "must be from 1 to 100."),
    "mistake.not_offered": both("選択肢にありません。", "is not one of the choices."),
    "mistake.not_a_world_link": both(
        "VRChat のリンクではありません（例: https://vrchat.com/home/world/wrld_…）。",
        "is no VRChat link (example: https://vrchat.com/home/world/wrld_…).",
    ),
    "mistake.not_a_profile": both(
        "VRChat のユーザーページではありません（例: https://vrchat.com/home/user/usr_…）。",
        "is no VRChat user page (example: https://vrchat.com/home/user/usr_…).",
    ),
    "mistake.not_an_instance_link": both(
        "インスタンスのリンクではありません"
        "（例: https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…、https://vrch.at/…）。",
        "is no instance link (examples: "
        "https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…, https://vrch.at/…).",
    ),
    "mistake.not_a_time": both(
        "読み取れません（例: 2026-12-01 21:00、12/01 21:00、21:00、明日 21:00、今。日本時間）。",
        "cannot be read (examples: 2026-12-01 21:00, 12/01 21:00, 21:00, 明日 21:00, now; JST).",
    ),
    "mistake.not_an_end": both(
        "読み取れません（例: 2h、90m、2時間、90分、23:00、2026-12-01 23:00。日本時間）。",
        "cannot be read (examples: 2h, 90m, 2時間, 90分, 23:00, 2026-12-01 23:00; JST).",
    ),
    "mistake.past": both("過去の日時です。", "is in the past."),
    "mistake.ends_before_start": both("開始より後にしてください。", "must be after the start."),
    "mistake.unreadable": both(
        "読み取れません。コマンドからやり直してください。",
        "cannot be read. Please start again from the command.",
    ),
    "mistake.line": both("・{field}: {mistake}", "- {field} {mistake}"),
    # --- an end before its time
    "cancel.title": both("お誘いを中止", "Cancel the invitation"),
    "field.reason": both("理由（任意）", "Reason (optional)"),
    "hint.reason": both(
        "募集とスレッドに表示されます。中止は取り消せません。",
        "Everybody can read it. A cancelled event cannot be taken up again.",
    ),
    "complete.confirm": both(
        "このお誘いを今すぐ終了しますか？ 終了は取り消せません。",
        "End this event now? This cannot be undone.",
    ),
    "notice.cancelled": both("「{event}」は中止になりました。", "“{event}” is cancelled."),
    "notice.cancelled_because": both(
        "「{event}」は中止になりました。\n理由: {reason}",
        "“{event}” is cancelled.\nReason: {reason}",
    ),
    "notice.completed": both("「{event}」は終了しました。", "“{event}” is over."),
    # --- an announcement
    "status.draft": both("準備中", "Being prepared"),
    "status.recruiting": both("募集中", "Open"),
    "status.full": both("満員", "Full"),
    "status.completed": both("終了", "Over"),
    "status.cancelled": both("中止", "Cancelled"),
    "label.host": both("主催者", "Host"),
    "label.start": both("開始", "Start"),
    "label.end": both("終了", "End"),
    "label.capacity": both("定員", "Seats"),
    "label.tag": both("タグ", "Tag"),
    "label.instance_type": both("公開範囲", "Instance"),
    "label.world": both("ワールド", "World"),
    "label.participants": both("参加者 ({count})", "Participants ({count})"),
    "label.interested": both("興味あり ({count})", "Interested ({count})"),
    "label.waitlist": both("キャンセル待ち ({count})", "Queue ({count})"),
    "label.and_more": both(" ほか {count} 人", " and {count} more"),
    "label.nobody": both("まだいません", "Nobody yet"),
    "label.cancel_reason": both("中止の理由", "Why it is cancelled"),
    "button.join": both("参加", "Join"),
    "button.wait": both("キャンセル待ち", "Join the queue"),
    "button.interest": both("興味あり", "Interested"),
    "button.leave": both("取り消し", "Withdraw"),
    "button.detail": both("詳細", "Details"),
    "button.cancel": both("中止する", "Cancel the event"),
    "button.complete": both("終了する", "End the event"),
    "button.completed": both("終了を確定", "End it now"),
    "button.mute": both("🔕 お知らせを切る", "🔕 No more reminders"),
    "button.previous": both("前へ", "Back"),
    "button.next": both("次へ", "Next"),
    "button.reveal": both("参加情報", "For participants"),
    "button.link": both("インスタンスリンク", "Instance link"),
    "instance.group": both("Group（メンバー）", "Group"),
    "instance.groupplus": both("Group+", "Group+"),
    "instance.grouppublic": both("Group Public", "Group Public"),
    "instance.friend": both("Friends", "Friends"),
    "instance.friendplus": both("Friends+", "Friends+"),
    "instance.public": both("Public", "Public"),
    "instance.invite": both("Invite", "Invite"),
    "instance.inviteplus": both("Invite+", "Invite+"),
    # --- in a thread
    "notice.promoted": both(
        "{member} さん、席が空いたので参加になりました。"
        "都合が悪くなったら「取り消し」を押してください。",
        "{member}, a seat became free and you have joined. If you cannot come, press “Withdraw”.",
    ),
    "region.us": both("米国西部", "US West"),
    "region.use": both("米国東部", "US East"),
    "region.eu": both("ヨーロッパ", "Europe"),
    "region.jp": both("日本", "Japan"),
    # --- what a host sealed
    "reveal.title": both(
        "参加者だけの情報です。ほかの人に見せないでください。",
        "This is for participants only. Please keep it to yourself.",
    ),
    "reveal.vrchat_profile": both(
        "主催者の VRChat プロフィール: {link}", "The host's VRChat profile: {link}"
    ),
    "reveal.instance_link": both("インスタンスリンク: {link}", "Instance link: {link}"),
    "reveal.absent": both("まだ設定されていません", "not set yet"),
    "reveal.broken": both(
        "開けませんでした。スタッフに知らせてください。",
        "It could not be opened. Please tell staff.",
    ),
    "notice.reminder": both("「{event}」は {start} に始まります。", "“{event}” starts {start}."),
    # --- the list
    "list.title": both("お誘い一覧", "Invitations"),
    "list.empty": both("該当するお誘いはありません。", "There are no such invitations."),
    "list.line": both(
        "[{event}]({link})\n{start}・{tag}・{status} {seats}・主催 {host}",
        "[{event}]({link})\n{start} · {tag} · {status} {seats} · host {host}",
    ),
    "list.mine": both("自分のお誘い", "Your invitations"),
    "list.unreadable": both(
        "このボタンは読み取れません。コマンドからやり直してください。",
        "This button cannot be read. Please start again from the command.",
    ),
}
