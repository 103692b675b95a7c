"""What members and staff read of tickets."""

from services.gateway.sentences.languages import Language, both

TICKETS: dict[str, dict[Language, str]] = {
    # --- the command and its panel
    "command.ticket": both("チケット（スタッフへの相談）", "Tickets: talk to staff in private"),
    "command.ticket_transfer": both(
        "このチケットの担当を替える（スタッフ）",
        "Hand this ticket to another member of staff (staff)",
    ),
    "command.ticket_add": both(
        "このチケットに人を加える（スタッフ）", "Let somebody into this ticket (staff)"
    ),
    "command.ticket_remove": both(
        "このチケットから人を外す（スタッフ）", "Put somebody out of this ticket (staff)"
    ),
    "option.person": both("だれを", "Whom"),
    "command.ticket_panel": both(
        "チケットの受付をこのチャンネルに置く（スタッフ）",
        "Put the panel that opens tickets into this channel (staff)",
    ),
    "ticket.panel_title": both("スタッフに相談する", "Talk to staff"),
    "ticket.panel": both(
        "下のボタンを押すと、あなたとスタッフだけが読めるスレッドが開きます。",
        "A button below opens a thread that only you and staff can read.",
    ),
    "category.question": both("質問", "Question"),
    "category.trouble": both("トラブル", "Trouble"),
    "category.other": both("その他", "Other"),
    # --- the form
    "form.ticket": both("チケットを開く: {category}", "Open a ticket: {category}"),
    "field.subject": both("件名", "Subject"),
    "field.details": both("内容", "Details"),
    "hint.details": both(
        "読めるのはあなたとスタッフだけです。", "Only you and staff will read this."
    ),
    # --- the thread
    "ticket.thread": both("{category}・{member}", "{category} · {member}"),
    "ticket.opened": both(
        "{staff} {member} さんのチケットです。スタッフが来るまでお待ちください。"
        "このスレッドは、あなたとスタッフだけが読めます。",
        "{staff} A ticket of {member}. Please wait for staff. Only you and staff read this thread.",
    ),
    "ticket.is_new": both("担当: まだいません", "Nobody looks after it yet"),
    "ticket.is_claimed": both("担当: {staff}", "Looked after by {staff}"),
    "ticket.is_held": both("（保留中）", " (on hold)"),
    "ticket.is_closed": both("このチケットは閉じられました。", "This ticket is closed."),
    "ticket.closed_asked": both(
        "{by} さんがチケットを閉じました。ありがとうございました。", "{by} has closed this ticket."
    ),
    "ticket.closed_silence": both(
        "しばらく書き込みがなかったため、チケットを閉じました。",
        "This ticket is closed, because nobody wrote for a while.",
    ),
    "ticket.closed_left": both(
        "メンバーがサーバーを離れたため、チケットを閉じました。",
        "This ticket is closed, because the member has left the server.",
    ),
    "ticket.warning": both(
        "{people} しばらく書き込みがありません。{at} までに書き込みがなければ、"
        "このチケットを閉じます。",
        "{people} Nobody has written for a while. If nobody does before {at}, this ticket closes.",
    ),
    "ticket.reason": both("理由: {reason}", "Reason: {reason}"),
    "button.ticket_claim": both("担当する", "Take it"),
    "button.ticket_release": both("担当を外れる", "Hand it back"),
    "button.ticket_hold": both("保留", "Put on hold"),
    "button.ticket_resume": both("保留を解除", "Resume"),
    "button.ticket_close": both("閉じる", "Close"),
    "form.close_ticket": both("チケットを閉じる", "Close the ticket"),
    "field.close_reason": both("理由（任意）", "Reason (optional)"),
    "hint.close_reason": both(
        "スレッドに書かれます。閉じたチケットは開き直せません。",
        "It is written in the thread. A closed ticket cannot be opened again.",
    ),
    # --- the record
    "button.ticket_transcript": both("記録を受け取る", "Get the transcript"),
    "command.ticket_transcript": both(
        "このチケットの記録を受け取る", "Get the transcript of this ticket"
    ),
    "transcript.record": both(
        "{category}・{member}・担当 {staff}・{thread}", "{category} · {member} · {staff} · {thread}"
    ),
    "transcript.here": both(
        "チケットの記録です。ブラウザで開けます。",
        "This is the transcript; open it in a browser.",
    ),
    "transcript.gone": both(
        "スレッドがもうないため、記録を作れませんでした。",
        "There is no transcript, for the thread is gone.",
    ),
    "transcript.opened": both("{at} に開かれたチケット", "Opened {at}"),
    "transcript.shortened": both(
        "長いため、古い書き込み {count} 件は入っていません。",
        "The thread is long: its {count} oldest messages are not in here.",
    ),
    "transcript.attachment": both("添付ファイル: {name}", "Attached: {name}"),
    "transcript.staff": both("スタッフ", "staff"),
    "transcript.opener": both("チケットを開いた人", "opened this ticket"),
    "transcript.left": both("サーバーを退出済み", "no longer in this server"),
    "transcript.bot": both("Bot", "bot"),
    "transcript.edited": both("編集済み {at}", "edited {at}"),
    "transcript.wordless": both(
        "この Bot にはメッセージの内容を読む権限（Message Content Intent）がないため、"
        "ほかの人が書いた文は入っていません。",
        "This bot may not read what others write (message content intent), so their words are not"
        " in here.",
    ),
    "refused.ticket_private": both(
        "チケットを開いた人とスタッフだけが読めます。",
        "Only staff and who opened the ticket can read it.",
    ),
    # --- lists
    "command.ticket_list": both(
        "開いているチケットの一覧（スタッフ）", "See the open tickets (staff)"
    ),
    "command.ticket_history": both("自分のチケットの一覧", "See your tickets"),
    "tickets.open": both("開いているチケット", "Open tickets"),
    "tickets.own": both("自分のチケット", "Your tickets"),
    "tickets.none": both("チケットはありません。", "There are no tickets."),
    "tickets.closed": both("終了", "closed"),
    "tickets.line": both(
        "{thread} {subject}\n{category}・{member}・{at}・{standing}",
        "{thread} {subject}\n{category} · {member} · {at} · {standing}",
    ),
    # --- answers
    "accepted.RequestTicket": both(
        "チケットを開きました: {thread}", "Your ticket is open: {thread}"
    ),
    "accepted.ClaimTicket": both(
        "{thread} の担当になりました。", "You look after {thread} from now on."
    ),
    "accepted.ReleaseTicket": both(
        "{thread} の担当を外れました。", "You no longer look after {thread}."
    ),
    "accepted.TransferTicket": both(
        "{thread} の担当を {person} さんに替えました。", "{person} looks after {thread} now."
    ),
    "accepted.HoldTicket": both(
        "{thread} を保留にしました。書き込みがなくても閉じません。",
        "{thread} is on hold: silence does not close it.",
    ),
    "accepted.ResumeTicket": both(
        "{thread} の保留を解除しました。", "{thread} is no longer on hold."
    ),
    "accepted.CloseTicket": both("チケットを閉じました。", "The ticket is closed."),
    "accepted.AddToTicket": both(
        "{person} さんを {thread} に加えました。", "{person} can read {thread} now."
    ),
    "accepted.RemoveFromTicket": both(
        "{person} さんを {thread} から外しました。", "{person} no longer reads {thread}."
    ),
    # --- a rule said no
    "refused.ticket_heard_just_now": both(
        "書き込みは少し前に記録しました。", "It was noted a moment ago that somebody writes."
    ),
    "refused.ticket_not_found": both(
        "チケットが見つかりませんでした。開かれるところなら、少し待ってからもう一度押してください。",
        "There is no such ticket. If it is just being opened, please try again in a moment.",
    ),
    "refused.ticket_closed": both(
        "このチケットはもう閉じられています。", "This ticket is already closed."
    ),
    "refused.ticket_taken": both(
        "<@{staff_id}> さんが担当しています。", "<@{staff_id}> looks after this ticket."
    ),
    "refused.ticket_already_yours": both(
        "すでにあなたが担当しています。", "You already look after this ticket."
    ),
    "refused.ticket_not_taken": both(
        "このチケットには担当がいません。", "Nobody looks after this ticket."
    ),
    "refused.not_a_staff_member": both(
        "<@{user_id}> さんはスタッフではありません。", "<@{user_id}> is not a staff member."
    ),
    "refused.ticket_already_held": both("すでに保留中です。", "It is already on hold."),
    "refused.ticket_not_held": both("保留中ではありません。", "It is not on hold."),
    "refused.ticket_not_yours": both(
        "チケットを開いた人とスタッフだけが閉じられます。",
        "Only staff and who opened the ticket can close it.",
    ),
    "refused.ticket_is_theirs": both(
        "チケットを開いた人は外せません。閉じるには「閉じる」を押してください。",
        "It is their ticket: they cannot be put out of it. Press “Close” to end it.",
    ),
    "refused.ticket_people": both(
        "1つのチケットに追加・退出させられるのは{most}人までです。",
        "Up to {most} people can be added to a ticket, or removed from it.",
    ),
    "refused.ticket_limit": both(
        "このカテゴリのチケットは、同時に {most} 件までです。"
        "開いているチケットに書くか、閉じてからもう一度押してください。",
        "Open tickets of this kind at one time, at most: {most}."
        " Write in an open one, or close it first.",
    ),
    "refused.cannot_open_thread": both(
        "スレッドを開けませんでした。Bot の権限をスタッフに確認してもらってください。",
        "The thread could not be opened. Please ask staff to check the bot's permissions.",
    ),
    "refused.no_panel_here": both(
        "ここには置けません。ふつうのテキストチャンネルで使ってください。",
        "A panel cannot stand here. Please use an ordinary text channel.",
    ),
}
