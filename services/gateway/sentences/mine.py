"""What members read of themselves: their history, their data."""

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
    "command.mydata": both("自分のデータ", "Your data"),
    "command.export": both(
        "自分について保存されているデータを受け取る", "Get everything that is stored about you"
    ),
    "command.erase": both(
        "自分について保存されているデータを消す", "Erase what is stored about you"
    ),
    "mydata.exported": both(
        "あなたについて保存されているデータです（募集とチケット）。見えるのはあなただけです。",
        "This is everything stored about you, from events and tickets. Only you can see it.",
    ),
    "mydata.more": both(
        "\n量が多いため、いくつかのファイルに分けて送ります。少しお待ちください。",
        "\nThere is a lot of it, so it comes in several files. Please wait a moment.",
    ),
    "mydata.part": both("{part} 個目のファイルです。", "This is file {part}."),
    "mydata.last_part": both(
        "{part} 個目のファイルです。これで全部です。", "This is file {part}, the last one."
    ),
    "mydata.no_tickets": both(
        "\n今回はチケットが入っていません。しばらくしてからもう一度お試しください。",
        "\nTickets are not in it this time. Please try again in a while.",
    ),
    "mydata.explain_erasure": both(
        "あなたについて保存されているデータを消します。取り消せません。\n"
        "・開催前・開催中の募集への参加、キャンセル待ち、興味あり、担当はすべて取り消され、"
        "席は待っている人に移ります\n"
        "・終わった募集では、参加した人数だけが残り、名前と ID は消えます。"
        "主催した募集は説明も消えます\n"
        "・監査ログからは名前と ID が消えます\n"
        "・お知らせの設定とカレンダーのアドレスは消えます\n"
        "・開いているチケットは閉じられ、自分のチケットはすべて消えます\n"
        "Discord に投稿された募集、チケットの記録、スレッドの発言は残ります。"
        "自分で主催している募集が終わるまでは消せません。"
        "先に `/マイデータ 書き出し` で控えを取れます。",
        "This erases what is stored about you, and cannot be undone.\n"
        "- You leave every open event: seats, queues, bookmarks, events you look after as staff."
        " Seats go to who waits\n"
        "- Past events keep how many came, not your name and id; those you hosted lose their"
        " description too\n"
        "- The audit log loses your name and id\n"
        "- Your reminder setting and your calendar address go\n"
        "- Your open tickets are closed, and all your tickets go\n"
        "Announcements, transcripts of tickets and messages on Discord stay."
        " It is not possible while you host an open event."
        " `/mydata export` gives you a copy first.",
    ),
    "button.erase": both("すべて消す", "Erase everything"),
    "accepted.EraseMyData": both(
        "あなたについて保存されていたデータを消しました。",
        "What was stored about you is erased.",
    ),
    "refused.hosts_open": both(
        "主催している募集が {count} 件、まだ終わっていません。"
        "先に中止または終了してください（`/お誘い 自分`。毎週くり返すものは、その前に"
        " `/お誘い くり返し` でやめてください）。何も消していません。",
        "Events you host that are not over: {count}. Cancel or end them first"
        " (`/invite mine`), and stop what comes back every week before that (`/invite repeat`)."
        " Nothing was erased.",
    ),
    "refused.file": both(
        "ファイルを送れませんでした。大きすぎるかもしれません。スタッフに知らせてください。",
        "The file could not be sent; it may be too large. Please tell staff.",
    ),
    "label.erased": both("（消去済み）", "(erased)"),
}
