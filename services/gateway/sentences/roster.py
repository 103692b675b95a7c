"""What members read when host or staff decide who is in."""

from services.gateway.sentences.languages import Language, both

ROSTER: dict[str, dict[Language, str]] = {
    "command.add": both(
        "参加者を追加する（主催者とスタッフ）", "Give a member a seat (host and staff)"
    ),
    "command.remove": both(
        "参加者を外す（主催者とスタッフ）", "Take a member out of an event (host and staff)"
    ),
    "option.added": both("席を取る人", "Who gets the seat"),
    "option.removed": both("お誘いから外す人", "Who shall be in no longer"),
    "accepted.AddParticipant": both(
        "「{event}」に <@{user_id}> さんを追加しました。本人にはスレッドで知らせます。",
        "<@{user_id}> has a seat in “{event}” now, and is told in the thread.",
    ),
    "accepted.RemoveParticipant": both(
        "「{event}」から <@{user_id}> さんを外しました。本人にはスレッドで知らせます。",
        "<@{user_id}> is no longer part of “{event}”, and is told in the thread.",
    ),
    # --- a rule said no
    "refused.AddParticipant.full": both(
        "満員のため追加できませんでした（定員 {max_participants} 人）。待っている人を追い越す追加は"
        "できません。定員を増やすと、キャンセル待ちの人から順番に参加になります。",
        "It is full: all {max_participants} seats are taken, and nobody may overtake who waits."
        " With more seats, those in the queue get theirs first.",
    ),
    "refused.AddParticipant.already_waitlisted": both(
        "その人はキャンセル待ちの列にいます。満員のあいだは、順番を飛ばして追加できません。"
        "席が空くか定員を増やすと、順番に参加になります。",
        "They are in the queue, and while it is full nobody gets a seat out of turn."
        " They join when a seat becomes free or there are more of them.",
    ),
    "refused.AddParticipant.already_joined": both(
        "その人はすでに参加しています。", "They have already joined."
    ),
    "refused.AddParticipant.host_cannot_join": both(
        "その人は主催者です。主催者は席を使わずに参加できます。",
        "They are the host, who needs no seat.",
    ),
    "refused.RemoveParticipant.not_participant": both(
        "その人は参加もキャンセル待ちも興味ありもしていません。",
        "They have neither joined nor queued nor shown interest.",
    ),
    "refused.bot_cannot_join": both("Bot は参加できません。", "A bot cannot join."),
    "refused.not_in_guild": both(
        "その人はこのサーバーにいません。", "They are not a member of this server."
    ),
}
