"""What members read when a wish came true."""

from services.gateway.sentences.languages import Language, both

ANSWERS: dict[str, dict[Language, str]] = {
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
    "accepted.SetProfile": both(
        "「{event}」の VRChat プロフィールを設定しました。"
        "参加している人だけが「参加情報」で読めます。",
        "The host's VRChat profile of “{event}” is set. Only who has a seat can read it.",
    ),
    "warning.other_world": both(
        "⚠️ リンクのワールドは、募集に書かれたワールドのリンクと違います。",
        "⚠️ The link leads to another world than the invitation's own link.",
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
}
