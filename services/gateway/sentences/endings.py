"""What members read when an event ends before its time."""

from services.gateway.sentences.languages import Language, both

ENDINGS: dict[str, dict[Language, str]] = {
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
}
