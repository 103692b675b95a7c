"""What members read when a rule, or an outage, says no."""

from services.gateway.sentences.languages import Language, both

REFUSALS: dict[str, dict[Language, str]] = {
    "refused.full": both(
        "満員のため参加できませんでした（定員 {max_participants} 人）。"
        "「キャンセル待ち」を押すと、席が空いたときに順番で参加になります。",
        "It is full: all {max_participants} seats are taken."
        " Press “Join the queue” to get a seat when it is your turn.",
    ),
    "refused.not_full": both(
        "席が空いています。「参加」を押してください。", "A seat is free: press “Join”."
    ),
    "refused.already_waitlisted": both(
        "すでにキャンセル待ちに入っています。順番は「詳細」で見られます。",
        "You are already in the queue. “Details” shows your place.",
    ),
    "refused.not_found": both(
        "このお誘いは見つかりませんでした。", "This invitation does not exist."
    ),
    "refused.already_joined": both("すでに参加しています。", "You have already joined."),
    "refused.already_interested": both(
        "すでに興味ありに登録しています。", "You are already marked as interested."
    ),
    "refused.not_participant": both(
        "参加もキャンセル待ちも興味ありもしていません。",
        "You have neither joined nor queued nor shown interest.",
    ),
    "refused.already_final": both(
        "このお誘いはすでに終了または中止しています。", "This event is already over or cancelled."
    ),
    "refused.erased_since": both(
        "このあとに会員のデータが消去されたため、この操作は取り消されました。"
        "続けたい場合は、もう一度操作してください。",
        "This was not done, because the member's data was erased right after it."
        " Please do it again if you still want it.",
    ),
    "refused.host_cannot_join": both(
        "主催者は参加者になれません（席を使わずに参加できます）。",
        "The host needs no seat and cannot join.",
    ),
    "refused.not_host": both(
        "主催者またはスタッフだけができる操作です。", "Only the host or staff can do this."
    ),
    "refused.no_such_category": both(
        "この種類の相談は受け付けていません。新しいパネルから選んでください。",
        "There is no such kind of ticket. Please choose one on a newer panel.",
    ),
    "refused.unknown_component": both(
        "このボタンは古いバージョンのものです。もう一度、募集を開き直してください。",
        "This button is from an older version; open the event again.",
    ),
    "refused.not_staff": both("スタッフだけができる操作です。", "Only staff can do this."),
    "refused.not_seated": both(
        "参加している人だけが読めます。", "Only who has a seat can read this."
    ),
    "refused.nothing_to_reveal": both(
        "プロフィールもインスタンスリンクもまだ設定されていません。",
        "There is neither a profile nor an instance link yet.",
    ),
    "refused.not_yet": both("まだその時刻になっていません。", "It is not time yet."),
    "refused.already_started": both("すでに始まっています。", "It has already started."),
    "refused.already_reminded": both(
        "この開始時刻はすでに知らせました。", "This start has already been reminded of."
    ),
    "refused.cannot_post": both(
        "募集チャンネルに投稿できませんでした。Bot の権限をスタッフに確認してもらってください。",
        "The announcement could not be posted. Please ask staff to check the bot's permissions.",
    ),
    "refused.draft_missing": both(
        "作成中のお誘いが見つかりませんでした。もう一度作成してください。",
        "The draft is gone. Please create the invitation again.",
    ),
    "refused.internal_error": both(
        "問題が起きたため完了できませんでした。時間をおいてもう一度お試しください。",
        "Something went wrong and this could not be completed. Please try again later.",
    ),
    "refused.unknown_command": both(
        "ボットの更新中のため受け付けられませんでした。少し待ってからもう一度お試しください。",
        "The bot is being updated and could not do this. Please try again in a few minutes.",
    ),
    "refused.overtaken": both(
        "このあとに押したボタンが先に反映されたため、この操作は行いませんでした。",
        "A button you pressed later was handled first, so this one did nothing.",
    ),
    "refused.limit_presses": both(
        "操作が続いたため、受け付けませんでした（1分間に{most}回まで）。"
        "<t:{again_at}:R>に、もう一度お試しください。",
        "That was a little too fast: up to {most} presses a minute."
        " Please try again <t:{again_at}:R>.",
    ),
    "refused.limit_changes": both(
        "今日はもう変更できません（1日に{most}回まで）。<t:{again_at}:R>に、また変更できます。",
        "That was your last change for now: up to {most} a day. You can go on <t:{again_at}:R>.",
    ),
    "refused.limit_events": both(
        "新しい募集は1日に{most}件までです。<t:{again_at}:R>に、また作成できます。",
        "You can create up to {most} events a day. The next one is possible <t:{again_at}:R>.",
    ),
    "refused.limit_open_events": both(
        "同時に募集できるのは{most}件までです。どれかが終わるか中止すると、また作成できます。",
        "You can have up to {most} open events at once."
        " You can create another one when one of them is over or cancelled.",
    ),
    "refused.limit_drafts": both(
        "投稿を待っている募集がすでに{most}件あります。投稿されるまで、少しお待ちください。",
        "{most} of your events are still waiting to be posted. Please wait until they are.",
    ),
    "refused.limit_exports": both(
        "データの書き出しは1日に{most}回までです。<t:{again_at}:R>に、また書き出せます。",
        "You can export your data up to {most} times a day. You can do it again <t:{again_at}:R>.",
    ),
    "refused.limit_tickets": both(
        "新しい相談は1日に{most}件までです。<t:{again_at}:R>に、また相談できます。"
        "急ぎのときは、スタッフに直接声をかけてください。",
        "You can open up to {most} tickets a day. The next one is possible <t:{again_at}:R>."
        " If it is urgent, please speak to staff directly.",
    ),
    "refused.broker_away": both(
        "混雑または障害のため受け付けられませんでした。もう一度お試しください。",
        "This could not be accepted because of an outage. Please try again.",
    ),
    "refused.reads_away": both(
        "いま読み込めません。少し待ってからもう一度お試しください。",
        "This cannot be read right now. Please try again in a moment.",
    ),
    "refused.unprintable": both(
        "使えない文字が入っているため、何もしませんでした。",
        "Nothing was done, because the text holds characters that cannot be shown.",
    ),
    "refused.names_an_instance": both(
        "インスタンスのリンクは、だれでも読めるところには書けません。何も投稿・変更していません。"
        "募集の「詳細」→「インスタンスリンク」から入れると、参加者だけが読めます。",
        "Nothing was posted or changed: an instance link cannot stand where everybody can read it. "
        "Enter it under “Details”, then “Instance link”: only participants can read it there.",
    ),
    "refused.blank": both(
        "何も書かれていない欄があるため、受け付けませんでした。",
        "This was refused, because a text has nothing in it that can be read.",
    ),
    "refused.unknown": both("受け付けられませんでした（{code}）。", "This was refused ({code})."),
}
