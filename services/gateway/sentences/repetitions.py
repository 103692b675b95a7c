"""What members read of events that come back every week."""

from services.gateway.sentences.languages import Language, both

REPETITIONS: dict[str, dict[Language, str]] = {
    "command.repeat": both(
        "お誘いを毎週くり返す・やめる", "Let an invitation come back every week"
    ),
    "option.repeated": both(
        "くり返す自分のお誘いを、イベント名の一部で探すか、ID かリンク",
        "Which one of your events: part of its name, or its id or link",
    ),
    "option.times": both("あと何回くり返すか（1〜52）", "How many times more, 1 to 52"),
    "option.until": both(
        "いつまでくり返すか（最後の日）。例: 2026-12-31、12/31",
        "The last day it may start on, in Japan. Examples: 2026-12-31, 12/31",
    ),
    "option.stop": both("くり返しをやめる（この回が最後になる）", "Let this one be the last"),
    "field.until": both("いつまで", "Last day"),
    "mistake.not_a_day": both(
        "読み取れません（例: 2026-12-31、12/31）。", "cannot be read (examples: 2026-12-31, 12/31)."
    ),
    "accepted.RepeatInvitation.times": both(
        "「{event}」を毎週くり返します（あと {times} 回）。"
        "この回が終わると {next} の回を募集します。",
        "“{event}” comes back every week (times to come: {times})."
        " When this one is over, the one at {next} is announced.",
    ),
    "accepted.RepeatInvitation.until": both(
        "「{event}」を毎週くり返します（{until} まで）。この回が終わると {next} の回を募集します。",
        "“{event}” comes back every week until {until}."
        " When this one is over, the one at {next} is announced.",
    ),
    "accepted.StopRepetition": both(
        "「{event}」のくり返しをやめました。この回が最後です。",
        "“{event}” comes back no more: this one is the last.",
    ),
    "repetition.goes_on": both(
        "くり返しは続きます。次は {next} です。"
        "やめるには、その募集に `/お誘い くり返し` を使ってください。",
        "The series goes on, next at {next}. To stop it, use `/invite repeat` on that one.",
    ),
    "refused.one_end": both(
        "「回数」「まで」「やめる」のうち、一つだけを選んでください。",
        "Please choose exactly one of times, until and stop.",
    ),
    "refused.until_too_soon": both(
        "その日までに次の回がないため、何も変えませんでした。",
        "There is no next time until that day, so nothing was changed.",
    ),
    "refused.until_too_far": both(
        "くり返せるのは {farthest} までです。何も変えませんでした。",
        "It can come back until {farthest} at most; nothing was changed.",
    ),
    "refused.not_repeated": both(
        "このお誘いはくり返していません。", "This event does not come back anyway."
    ),
    "label.repetition": both("くり返し", "Comes back"),
    "repetition.times": both("毎週（あと {times} 回）", "every week, {times} times more"),
    "repetition.until": both("毎週（{until} まで）", "every week until {until}"),
}
