"""What members read when an event is edited."""

from services.gateway.sentences.languages import Language, both

EDITING: dict[str, dict[Language, str]] = {
    "accepted.EditInvitation": both("「{event}」を変更しました。", "“{event}” is changed."),
    # --- a rule said no
    "refused.changed_meanwhile": both(
        "フォームを開いているあいだに、ほかの人が同じところを変更しました。何も変えていません。"
        "「詳細」を開き直して、もう一度編集してください。",
        "Somebody else changed the same fields while your form was open, so nothing was done."
        " Please open “Details” again and edit what stands now.",
    ),
    "refused.nothing_changed": both(
        "前と同じ内容なので、何も変えませんでした。",
        "Nothing in it is different, so nothing was changed.",
    ),
    "refused.below_seats_taken": both(
        "すでに {joined_count} 人が参加しているため、定員をそれより少なくできません。",
        "{joined_count} have joined: the capacity cannot be smaller than that.",
    ),
    "refused.ends_before_start": both(
        "終了は開始より後にしてください。何も変えませんでした。",
        "It must end after it starts; nothing was changed.",
    ),
    "refused.end_in_past": both(
        "終了日時が過去になっているため、何も変えませんでした。",
        "The end is in the past, so nothing was changed.",
    ),
    # --- the forms
    "form.edit_content": both("内容を編集", "Edit the invitation"),
    "form.edit_schedule": both("日時・定員を編集", "Edit times and capacity"),
    "form.edit_settings": both("タグ・公開範囲・お知らせを編集", "Edit tag, instance and reminder"),
    "hint.reminder_minutes": both(
        "開始の何分前に参加者へ知らせるか。0〜1440、0 は知らせない",
        "How many minutes before the start those with a seat are told; 0 to 1440, 0 is never",
    ),
    "hint.start_time": both(
        "日本時間。例: 2026-12-01 21:00、12/01 21:00、21:00、明日 21:00、今",
        "JST. Examples: 2026-12-01 21:00, 12/01 21:00, 21:00, tomorrow 21:00, now",
    ),
    "hint.end_time": both(
        "開始からの長さ（2h、90分）または日本時間（23:00、2026-12-01 23:00）",
        "A duration (2h, 90m) or a time in JST (23:00, 2026-12-01 23:00)",
    ),
    "button.edit": both("内容を編集", "Edit"),
    "button.schedule": both("日時・定員を編集", "Edit times and capacity"),
    "button.settings": both("タグ・公開範囲・お知らせを編集", "Edit tag, instance and reminder"),
    # --- in a thread
    "label.event_name": both("イベント名", "Event name"),
    "label.world_link": both("ワールドのリンク", "World link"),
    "label.description": both("説明", "Description"),
    "label.reminder": both("開始前のお知らせ", "Reminder"),
    "reminder.minutes": both("{minutes} 分前", "{minutes} minutes before"),
    "reminder.never": both("なし", "none"),
    "notice.edited": both(
        "「{event}」の内容が変わりました。\n{changes}", "“{event}” has changed.\n{changes}"
    ),
    "notice.from_to": both("・{field}: {before} → {after}", "- {field}: {before} → {after}"),
    "notice.is_now": both("・{field}: {now}", "- {field}: {now}"),
    "notice.dropped": both("・{field}: なし", "- {field}: none"),
    "notice.rewritten": both(
        "・{field}（新しい内容は「詳細」で読めます）", "- {field} (press “Details” to read it)"
    ),
}
