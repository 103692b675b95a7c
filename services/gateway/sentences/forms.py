"""What members read in the forms, and when they are refused."""

from services.gateway.sentences.languages import Language, both

FORMS: dict[str, dict[Language, str]] = {
    "form.refused": both(
        "入力に誤りがあるため、受け付けませんでした。\n{mistakes}",
        "Nothing was changed, because the form has mistakes.\n{mistakes}",
    ),
    "form.title": both("お誘いを作成", "Create an invitation"),
    "form.link_title": both("インスタンスリンクを設定", "Set the instance link"),
    "form.profile_title": both("VRChat プロフィールを設定", "Set the host's VRChat profile"),
    "field.tag": both("タグ", "Tag"),
    "field.instance_type": both("公開範囲", "Instance type"),
    "field.start_time": both("開始日時", "Start"),
    "field.end_time": both("終了日時", "End"),
    "field.max_participants": both("定員", "Capacity"),
    "field.reminder_minutes": both(
        "お知らせ（開始の何分前）", "Reminder (minutes before the start)"
    ),
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
    "hint.profile_not_copied": both(
        "前のお誘いからは写されません。参加者だけが読めます。https://vrchat.com/home/user/usr_…",
        "It is not copied. Only participants can read it. https://vrchat.com/home/user/usr_…",
    ),
    "hint.instance_link": both(
        "参加者だけが読めます。https://vrchat.com/home/launch?worldId=…",
        "Only participants can read it. https://vrchat.com/home/launch?worldId=…",
    ),
    "mistake.blank": both("入力してください。", "is needed."),
    "mistake.line_break": both("改行は使えません。", "must be one line."),
    "mistake.control_character": both(
        "使えない文字が入っています。", "holds characters that cannot be shown."
    ),
    "mistake.too_long": both("長すぎます。", "is too long."),
    "mistake.out_of_range": both("1 から 100 までの数です。", "must be from 1 to 100."),
    "mistake.out_of_minutes": both("0 から 1440 までの数です。", "must be from 0 to 1440."),
    "mistake.not_offered": both("選択肢にありません。", "is not one of the choices."),
    "mistake.not_a_world_link": both(
        "VRChat のリンクではありません（例: https://vrchat.com/home/world/wrld_…）。",
        "is no VRChat link (example: https://vrchat.com/home/world/wrld_…).",
    ),
    "mistake.not_a_profile": both(
        "VRChat のユーザーページではありません（例: https://vrchat.com/home/user/usr_…）。",
        "is no VRChat user page (example: https://vrchat.com/home/user/usr_…).",
    ),
    "mistake.not_vrchat": both(
        "VRChat のリンクではありません（例: https://vrchat.com/home/launch?…、https://vrch.at/…）。",
        "is not a VRChat link (examples: https://vrchat.com/home/launch?…, https://vrch.at/…).",
    ),
    "mistake.not_an_instance": both(
        "インスタンスのリンクではありません"
        "（例: https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…、https://vrch.at/…）。",
        "is not an instance link (examples: "
        "https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…, https://vrch.at/…).",
    ),
    "mistake.names_an_instance": both(
        "インスタンスのリンクは、だれでも読めるここには書けません。募集の投稿後に"
        "「詳細」→「インスタンスリンク」から入れると、参加者だけが読めます。",
        "cannot hold an instance link, because everybody can read it. Once the event is posted, "
        "press “Details”, then “Instance link”: what you enter there only participants can read.",
    ),
    "mistake.instance_in_subject": both(
        "インスタンスのリンクは、一覧にも出る件名には書けません。「内容」に書いてください。",
        "cannot hold an instance link, because it is shown in lists. Write it in the details.",
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
}
