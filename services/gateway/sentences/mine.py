"""What members read of themselves: their history."""

from services.gateway.sentences.languages import Language, both

MINE: dict[str, dict[Language, str]] = {
    "history.title": both("参加の履歴", "Your history"),
    "history.line": both(
        "[{event}]({link})\n{start}・{tag}・{status}・{part}",
        "[{event}]({link})\n{start} · {tag} · {status} · {part}",
    ),
    "part.joined": both("参加", "Joined"),
    "part.interested": both("興味あり", "Interested"),
    "part.waitlisted": both("キャンセル待ち", "In the queue"),
    "refused.page_unknown": both(
        "このページは読み取れません。コマンドからやり直してください。",
        "This page cannot be read. Please start again from the command.",
    ),
}
