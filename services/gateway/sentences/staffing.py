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
    "refused.already_assigned": both(
        "すでに {staff_name} さんが担当しています。", "{staff_name} already looks after it."
    ),
    "refused.already_yours": both("すでにあなたが担当しています。", "You already look after it."),
    "refused.not_assigned": both("担当している人はいません。", "Nobody looks after it."),
}
