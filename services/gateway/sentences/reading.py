"""What members read when they look something up: lists, and what a host sealed."""

from services.gateway.sentences.languages import Language, both

READING: dict[str, dict[Language, str]] = {
    "region.us": both("米国西部", "US West"),
    "region.use": both("米国東部", "US East"),
    "region.eu": both("ヨーロッパ", "Europe"),
    "region.jp": both("日本", "Japan"),
    "reveal.title": both(
        "参加者だけの情報です。ほかの人に見せないでください。",
        "This is for participants only. Please keep it to yourself.",
    ),
    "reveal.vrchat_profile": both(
        "主催者の VRChat プロフィール: {link}", "The host's VRChat profile: {link}"
    ),
    "reveal.instance_link": both("インスタンスリンク: {link}", "Instance link: {link}"),
    "reveal.absent": both("まだ設定されていません", "not set yet"),
    "reveal.broken": both(
        "開けませんでした。スタッフに知らせてください。",
        "It could not be opened. Please tell staff.",
    ),
    "list.title": both("お誘い一覧", "Invitations"),
    "list.empty": both("該当するお誘いはありません。", "There are no such invitations."),
    "list.line": both(
        "[{event}]({link})\n{start}・{tag}・{status} {seats}・主催 {host}",
        "[{event}]({link})\n{start} · {tag} · {status} {seats} · host {host}",
    ),
    "suggest.too_fast": both(
        "入力が速すぎます。少し待ってから、続きを入力してください。",
        "That was a little too fast. Please wait a moment, then go on typing.",
    ),
    "list.mine": both("自分のお誘い", "Your invitations"),
    "list.unreadable": both(
        "このボタンは読み取れません。コマンドからやり直してください。",
        "This button cannot be read. Please start again from the command.",
    ),
}
