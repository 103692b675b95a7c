"""What members read in a thread."""

from services.gateway.sentences.languages import Language, both

NOTICES: dict[str, dict[Language, str]] = {
    "notice.cancelled": both("「{event}」は中止になりました。", "“{event}” is cancelled."),
    "notice.cancelled_because": both(
        "「{event}」は中止になりました。\n理由: {reason}",
        "“{event}” is cancelled.\nReason: {reason}",
    ),
    "notice.completed": both("「{event}」は終了しました。", "“{event}” is over."),
    "notice.added": both(
        "{member} さん、{by} さんの操作で参加になりました。"
        "都合が悪ければ「取り消し」を押してください。",
        "{member}, {by} has added you, and you have a seat. If you cannot come, press “Withdraw”.",
    ),
    "notice.new_link": both(
        "「{event}」の新しいインスタンスリンクがあります。「参加情報」で読めます。",
        "“{event}” has a new instance link. Press “For participants” to read it.",
    ),
    "notice.promoted": both(
        "{member} さん、席が空いたので参加になりました。"
        "都合が悪くなったら「取り消し」を押してください。",
        "{member}, a seat became free and you have joined. If you cannot come, press “Withdraw”.",
    ),
    "notice.removed": both(
        "{member} さんは、主催者またはスタッフの操作でこのお誘いから外れました。",
        "{member} has been taken out of this event by its host or by staff.",
    ),
    "notice.reminder": both("「{event}」は {start} に始まります。", "“{event}” starts {start}."),
}
