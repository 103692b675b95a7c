"""What members read of the slash commands and their options."""

from services.gateway.sentences.languages import Language, both

COMMANDS: dict[str, dict[Language, str]] = {
    "command.invite": both("お誘い", "Invitations"),
    "command.create": both("お誘いを作成する", "Create an invitation"),
    "command.list": both("お誘いの一覧を見る", "See the invitations"),
    "command.mine": both("自分が主催するお誘いを見る", "See the invitations you host"),
    "command.history": both("参加した募集を見る", "See what you have taken part in"),
    "command.show": both("お誘いを一つ見る", "See one invitation"),
    "option.invitation": both(
        "イベント名の一部で探すか、お誘いの ID かリンク",
        "Part of the event's name, or the id or link of the invitation",
    ),
    "command.reminders": both(
        "開始前のお知らせを入れる・切る", "Turn your reminders before events on or off"
    ),
    "option.reminders": both(
        "参加している募集すべてについて", "For every event you have joined or will join"
    ),
    "reminders.on": both("入れる", "On"),
    "reminders.off": both("切る", "Off"),
    "command.duplicate": both(
        "前のお誘いを写して、新しく作成する", "Create an invitation from an old one"
    ),
    "option.own_invitation": both(
        "自分のお誘いをイベント名の一部で探すか、ID かリンク",
        "Part of the name of one of your events, or its id or link",
    ),
    "option.start": both(
        "日本時間。例: 2026-12-01 21:00、12/01 21:00、21:00、明日 21:00、今",
        "JST. Examples: 2026-12-01 21:00, 12/01 21:00, 21:00, tomorrow 21:00, now",
    ),
    "option.end": both(
        "長さ（2h、90分）または日本時間（23:00、2026-12-01 23:00）",
        "A duration (2h, 90m) or a time in JST (23:00, 2026-12-01 23:00)",
    ),
    "option.capacity": both(
        "主催者を除く参加者の数（1〜100。通常のインスタンスは 79 まで）",
        "Participants besides the host, 1 to 100; an ordinary instance takes 79",
    ),
    "option.reminder": both(
        "開始の何分前に参加者へ知らせるか（0〜1440、初めは 15。0 は知らせない）",
        "Minutes before the start to remind those with a seat; 0 to 1440, 15 at first, 0 is never",
    ),
    "option.wanted_tag": both("このタグだけ", "Only this tag"),
    "option.any_status": both("この状態だけ", "Only this state"),
    "option.wanted_status": both("この状態だけ（初めは募集中）", "Only this state; open at first"),
}
