"""What members read in a thread."""

from services.gateway.sentences.languages import Language, both

NOTICES: dict[str, dict[Language, str]] = {
    "notice.cancelled": both("「{event}」は中止になりました。", "“{event}” is cancelled."),
    "notice.cancelled_because": both(
        "「{event}」は中止になりました。\n理由: {reason}",
        "“{event}” is cancelled.\nReason: {reason}",
    ),
    "notice.completed": both("「{event}」は終了しました。", "“{event}” is over."),
    "notice.promoted": both(
        "{member} さん、席が空いたので参加になりました。"
        "都合が悪くなったら「取り消し」を押してください。",
        "{member}, a seat became free and you have joined. If you cannot come, press “Withdraw”.",
    ),
    "notice.reminder": both("「{event}」は {start} に始まります。", "“{event}” starts {start}."),
}
