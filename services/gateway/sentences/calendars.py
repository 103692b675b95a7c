"""What members read of calendars."""

from services.gateway.sentences.languages import Language, both

CALENDARS: dict[str, dict[Language, str]] = {
    "command.calendar": both(
        "カレンダーアプリに入れるアドレスを見る", "See the addresses for your calendar app"
    ),
    "calendar.intro": both(
        "カレンダーアプリの「URL で追加（照会）」にこのアドレスを入れると、"
        "募集が自動で入り、変更も届きます。"
        "アドレスを知っている人は誰でも読めるので、ほかの人に見せないでください。",
        "Add an address to your calendar app as a subscription, and events appear and change by"
        " themselves. Whoever knows an address can read it: keep it to yourself.",
    ),
    "calendar.member": both(
        "自分の予定（主催・参加・キャンセル待ち・興味あり）: {link}",
        "Your own events (hosting, joined, queued, interested): {link}",
    ),
    "calendar.guild": both(
        "このサーバーの募集（募集中・満員）: {link}", "The open events of this server: {link}"
    ),
    "calendar.absent": both("アドレスはありません", "there is no address"),
    "calendar.broken": both(
        "開けませんでした。アドレスを作り直してください",
        "it could not be opened; please make a new address",
    ),
    "calendar.not_offered": both(
        "このサーバーではカレンダーのアドレスを用意していません。",
        "Calendars are not offered here.",
    ),
    "button.calendar_renew": both("自分のアドレスを作り直す", "New address for my events"),
    "button.calendar_revoke": both("自分のアドレスを消す", "Remove my address"),
    "button.calendar_renew_guild": both(
        "サーバーのアドレスを作り直す", "New address for the server"
    ),
}
