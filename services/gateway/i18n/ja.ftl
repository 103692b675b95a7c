### 日本語の文です。短く、ていねいに（です・ます）書きます。ひとつのものは、いつも同じ言葉で呼びます。
###
### ボタンやコマンドの名前は { button-join } や { name-create } のように参照し、文の中に書き写しません。
### 一つの文は一行に書きます。改行は、そのまま Discord の改行になります。

## 言葉

-event = 募集
-waitlist = キャンセル待ち
-draft = 下書き
-invite = /{ name-invite }
-reminders-command = `{ -invite } { name-reminders }`
-templates-command = `{ -invite } { name-templates }`
-drafts-command = `{ -invite } { name-drafts }`
-repeat-command = `{ -invite } { name-repeat }`

## 募集の投稿

status-draft = 準備中
status-recruiting = 募集中
status-full = 満員
status-open = 募集中と満員
status-completed = 終了
status-cancelled = 中止

# 募集の一番上に出る状態です。色がなくても分かるように、記号と言葉にします。
state-draft = 📝 { status-draft }
state-recruiting = 🟢 { status-recruiting }
state-full = 🈵 { status-full }（{ -waitlist }に入れます）
state-completed = 🏁 { status-completed }
state-cancelled = ❌ { status-cancelled }
state-before = 🕒 { sign_up-before }
state-closed = 🔒 { sign_up-closed }
# 開始から終了までは、参加できるかどうかの前に出ます。
under_way = 開催中
under_way-state = ▶️ { under_way }・{ $state }
under_way-status = { under_way }・{ $status }
sign_up-before = 受付前
sign_up-closed = 受付終了

label-when = 日時
label-sign_up = 受付
sign_up-from = { $opens } から
sign_up-until = { $until } まで
sign_up-between = { $opens } から { $until } まで
sign_up-away = { $span }（{ $away }）
label-span = { $start } 〜 { $end }（{ $away }）
label-in_zone = { $when }・{ $zone }
label-host = 主催者
label-co_hosts = 共同主催
label-with_co_hosts = { label-co_hosts } { $members }
label-start = 開始
label-end = 終了
label-opening = 受付開始
label-cutoff = 受付締切
label-capacity = 定員
label-tag = タグ
label-instance_type = 公開範囲
label-world = ワールド
label-participants = 参加者 ({ $count })
label-interested = 興味あり ({ $count })
label-waitlist = { -waitlist } ({ $count })
label-and_more = ほか { $count } 人
label-nobody = まだいません
label-cancel_reason = 中止の理由
label-erased = （消去済み）

button-join = 参加
button-wait = { -waitlist }
button-interest = 興味あり
button-leave = 取り消し
button-detail = 詳細
button-reveal = 参加情報

tag-sightseeing = 観光
tag-games = ゲーム
tag-relaxed = まったり
tag-photos = 撮影会
tag-event = イベント
tag-other = その他

# VRChat の画面と同じ名前です。
instance-public = Public
instance-grouppublic = Group Public
instance-friendplus = Friends+
instance-groupplus = Group+
instance-friend = Friends
instance-group = Group
instance-inviteplus = Invite+
instance-invite = Invite

## 参加する、取り消す

accepted-JoinInvitation = 「{ $event }」に参加しました。
accepted-JoinWaitlist = 「{ $event }」の{ -waitlist }に入りました（{ $place } 番目）。順番が来ると、自動で参加が決まります。
accepted-ShowInterest = 「{ $event }」を「{ button-interest }」にしました。
accepted-ShowInterest-joined = 「{ $event }」の参加を取り消して、「{ button-interest }」にしました。
accepted-ShowInterest-passed_on = 「{ $event }」の参加を取り消して、「{ button-interest }」にしました。席は{ -waitlist }の次の人に移りました。
accepted-ShowInterest-waitlisted = 「{ $event }」の{ -waitlist }を取り消して、「{ button-interest }」にしました。
accepted-LeaveInvitation = 「{ $event }」の登録を取り消しました。
accepted-LeaveInvitation-joined = 「{ $event }」の参加を取り消しました。
accepted-LeaveInvitation-passed_on = 「{ $event }」の参加を取り消しました。席は{ -waitlist }の次の人に移りました。
accepted-LeaveInvitation-waitlisted = 「{ $event }」の{ -waitlist }を取り消しました。
accepted-LeaveInvitation-interested = 「{ $event }」の{ button-interest }を取り消しました。

# 何かを手放す操作の前に聞く文です。すぐ下にボタンが付きます。
refused-confirm_leave_seat = 参加を取り消しますか？ { -waitlist }の人が { $waiting } 人いるので、席はすぐ次の人に移ります。
refused-confirm_leave_queue = { -waitlist }を取り消しますか？ もう一度入ると、順番はいちばん後ろになります。
refused-confirm_interest_seat = いまは参加が決まっています。参加を取り消して、「{ button-interest }」だけにしますか？
refused-confirm_interest_queue = いまは{ -waitlist }に入っています。順番を手放して、「{ button-interest }」だけにしますか？
refused-confirm_cancel = 参加者 { $joined } 人、{ -waitlist } { $waiting } 人に知らせて、この{ -event }を中止しますか？ 中止は取り消せません。
button-leave_sure = 取り消す
button-interest_sure = 「{ button-interest }」にする
button-cancel_sure = 中止する
button-keep = そのままにする
confirm-kept = 何も変更していません。

refused-full = 満員のため参加できませんでした（定員 { $max_participants } 人）。「{ button-wait }」を押すと、席が空いたとき順番に、自動で参加が決まります。
refused-not_full = 席が空いています。「{ button-join }」を押してください。
refused-sign_up_not_open = まだ受付前です。受付開始は <t:{ $opens_at }:F>（<t:{ $opens_at }:R>）です。
refused-sign_up_closed = 受付は <t:{ $closed_at }:F> に締め切りました。参加している人は、いまも取り消せます。
refused-already_joined = すでに参加しています。
refused-already_waitlisted = すでに{ -waitlist }に入っています。順番は「{ button-detail }」で見られます。
refused-already_interested = すでに「{ button-interest }」にしています。
refused-not_participant = 取り消すものがありません（参加、{ -waitlist }、{ button-interest }のどれにも入っていません）。
refused-host_cannot_join = 主催者と共同主催は定員に含まれません。「{ button-join }」を押す必要はありません。
refused-already_final = この{ -event }は、すでに終了したか、中止になりました。
refused-not_found = この{ -event }は見つかりませんでした。
refused-no_such_name = その名前の{ -event }は見つかりませんでした。候補から選んでください。
refused-several_named =
    「{ $name }」に当てはまる{ -event }が { $count } 件あります。候補から選んでください。
    { $events }

notice-promoted = { $member } さん、席が空いたので、繰り上がりで参加が決まりました。都合が悪くなったら「{ button-leave }」を押してください。インスタンスリンクなどは「{ button-reveal }」で読めます。

## 募集を作る

form-title = { -event }を作成
field-tag = タグ
field-instance_type = 公開範囲
field-mention = メンション
field-image = 画像
form-image = { -event }の画像
hint-image = PNG・JPEG・WebP・GIF、{ $most } MB まで。選ばずに送ると、画像を外します。
mention-nobody = しない
field-start_time = 開始日時
field-end_time = 終了日時
field-opening_time = 受付開始（任意）
field-cutoff_time = 受付締切（任意）
field-max_participants = 定員
field-reminder_minutes = リマインダー（開始の何分前）
field-co_host_ids = 共同主催（任意）
field-more_reminders = ほかのリマインダー（任意）
field-event_name = イベント名
field-template_name = テンプレートの名前
field-template_owner = 使う人
field-when = 日時
field-world = ワールド
field-world_name = ワールド名
field-world_link = ワールドのリンク（任意）
field-description = 説明
field-vrchat_profile = VRChat プロフィールのリンク（任意）
# フォーム全体に誤りがあるときに、欄の名前の代わりに出ます。
field-form = フォーム

hint-co_host_ids = 主催者と同じことができる人（{ $most } 人まで）。席は取りません。Bot は選べません
hint-more_reminders = 1 行に一つ、3 つまで。「1時間前 集合は入口です」のように。参加者に届きます
hint-template_name = 同じ名前のテンプレートがあれば、この内容に置き換えます
hint-vrchat_profile = 参加者だけが読めます。https://vrchat.com/home/user/usr_…
hint-max_participants = 主催者を除く参加者の数（1〜100。通常のインスタンスは 79 まで）
hint-when = { $zone }。例: 土曜 21時〜23時、明日 21:00〜23:00、12/5 21時〜翌1時、21時から2時間
hint-world = 名前、リンク、またはその両方

accepted-DraftInvitation = { -event }を作成しました: { $link }
accepted-PostDraft = { -event }を投稿しました: { $link }
refused-cannot_post = { -event }を投稿できませんでした。{ $why }
# Discord が断った理由。
why-missing = Bot に次の権限がありません: { $permissions }。「{ permission-manage_guild }」の権限を持つ人に、オンにしてもらってください。
why-no_permission = Bot がこの場所を使えません。Bot の権限を、「{ permission-manage_guild }」の権限を持つ人に確認してもらってください。
why-thread_limit = サーバーのスレッドの数が上限に達しています。使っていないスレッドを閉じてから、もう一度お試しください。
why-forbidden_word = このサーバーで使えない言葉が入っています。言葉を変えて、もう一度お試しください。
why-wrong_channel = この種類のチャンネルではスレッドを使えません。「{ permission-manage_guild }」の権限を持つ人に、`/{ name-setup }` でテキストチャンネルを選び直してもらってください。
why-channel_gone = チャンネルが見つかりません。「{ permission-manage_guild }」の権限を持つ人に、`/{ name-setup }` で選び直してもらってください。
why-member_gone = その人は、もうこのサーバーにいません。
why-refused = Discord の返答: { $reason }
why-unknown = Bot の権限をスタッフに確認してもらってください。
complaint-lock = ⚠️ { $channel } のスレッドを閉じましたが、ロックはできませんでした。閉じたあとも書き込めます。{ $why }
complaint-ticket = ⚠️ { $channel } でチケットを開けませんでした。{ $why }
refused-draft_missing = 作成中の{ -event }が見つかりませんでした。もう一度作成してください。
refused-no_host_role = このサーバーで{ -event }を作成できるのは、{ $roles } のロールを持つ人とスタッフだけです。

## 下書き

draft-title = **{ -draft }**（まだ投稿されていません）
draft-times = 🗓 { $period }、{ $zone }
draft-mistakes = ❌ 直すところが { $count } か所あります。「{ button-compose }」を押すと、入力した内容のまま開きます。
draft-mistake = ❌ 「{ $typed }」: { $mistake }
draft-missing = ❌ { $mistake }
draft-has_profile = 🔒 VRChat プロフィール: 入力済み（参加者だけが読めます）
draft-reminder = リマインダー（開始前に参加者へ知らせる）
draft-has_reminders = 🔔 ほかのリマインダー: { $times }
draft-has_image = 🖼 画像: 登録済み（投稿すると、下のように出ます。時間がたつと、ここでは見えなくなることがあります）
draft-mention = 📣 投稿するとき、一度だけメンションします: { $mention }
draft-mention_gone = ❌ 選んだメンションは、いまは使えません。「{ field-mention }」を選び直してください。
draft-mention_silent = ⚠️ Bot に「{ $permission }」の権限がないため、このメンションの通知は届きません。「{ permission-manage_guild }」の権限を持つ人に知らせてください。
draft-unnamed = （名前なし）
# ワールドのリンクだけが入力されたときの、ワールドの名前です。
draft-world = リンク先のワールド
draft-ask_drop = 「{ $event }」の{ -draft }を捨てますか？ 入力した内容は元に戻せません。
draft-waits = （投稿しています）

drafts-title = { -draft }
drafts-none = { -draft }はありません。`{ -invite } { name-create }` で作れます。
drafts-more = ほか { $count } 件（上の{ -draft }を投稿するか捨てると出ます）
drafts-until = （{ $until }に消えます）
drafts-open = { $number }. { $event } を開く

button-draft_post = 投稿する
button-compose = 直す
button-draft_main = 名前・日時など
button-draft_more = くわしい設定
button-draft_reminders = リマインダー
button-draft_image = 画像
button-draft_drop = 捨てる
button-draft_drop_now = 捨てる
button-draft_keep = そのままにする

accepted-SaveDraft-saved = { -draft }を保存しました。{ -drafts-command } で開けます。
accepted-ChooseForDraft-saved = { accepted-SaveDraft-saved }
accepted-ChooseDraftImage-saved = { accepted-SaveDraft-saved }
accepted-ChooseDraftImage-removed = { accepted-SaveDraft-saved }
accepted-ChooseImage-saved = 「{ $event }」の画像を入れました。
accepted-ChooseImage-removed = 「{ $event }」の画像を外しました。
accepted-DropDraft-dropped = { -draft }を捨てました。

refused-no_draft = この{ -draft }は見つかりませんでした。捨てられたか、7 日たって消えました。
refused-SaveDraft-not_found = { refused-no_draft }
refused-ChooseForDraft-not_found = { refused-no_draft }
refused-PostDraft-not_found = { refused-no_draft }
refused-DropDraft-not_found = { refused-no_draft }
refused-draft_posted = この{ -draft }は、すでに投稿されています。
refused-draft_has_mistakes = まだ直すところがあります。「{ button-compose }」を押してください。
refused-draft_unreadable = この{ -draft }は開けませんでした。スタッフに知らせてください。
refused-start_in_past = 開始の日時が過ぎています。「{ button-compose }」から変えてください。

remark-template = ⚠️ 日時は、テンプレートと同じ曜日・時刻の次の回にしました。
remark-next_week = ⚠️ 日時は、前の{ -event }と同じ曜日・時刻の次の回にしました。

## テンプレート

templates-title = テンプレート
templates-none = テンプレートはありません。{ -draft }の「{ button-draft_template }」で作れます。
templates-own = **自分のテンプレート**
templates-of_guild = **サーバーのテンプレート**（主催者なら誰でも使えます）
templates-open = 選ぶと、{ -draft }を作ります
templates-delete = 選ぶと、テンプレートを削除します
template-line = - { $name }（{ $weekday } { $clock }）
template-label_guild = { $name }（サーバー）
template-own = 自分だけ
template-of_guild = サーバーの主催者全員
template-ask_delete = テンプレート「{ $name }」を削除しますか？
template-ask_delete_guild = サーバーのテンプレート「{ $name }」を削除しますか？ ほかの主催者も使えなくなります。

button-draft_template = テンプレートに保存
button-template_delete_now = 削除する

accepted-SaveTemplate-saved = テンプレートに保存しました。{ -templates-command } で開けます。
accepted-SaveTemplate-replaced = 同じ名前のテンプレートを、この内容に置き換えました。
accepted-DeleteTemplate-deleted = テンプレートを削除しました。

refused-no_template = そのテンプレートは見つかりませんでした。候補から選んでください。
refused-SaveTemplate-not_found = { refused-no_draft }
refused-SaveTemplate-names_an_instance = テンプレートの名前に、インスタンスのリンクは書けません。保存していません。
refused-DeleteTemplate-not_found = このテンプレートは、もうありません。

## 入力の誤り

# 誤りは「・欄: 説明」の形で、一行に一つずつ並びます。
mistake-all =
    入力に誤りがあるため、受け付けませんでした。
    { $mistakes }
mistake-line = ・{ $field }: { $mistake }
mistake-blank = 入力してください。
mistake-line_break = 改行は使えません。
mistake-control_character = 使えない文字が入っています。
mistake-too_long = 長すぎます。
mistake-out_of_range = 1 から 100 までの数を入れてください。
mistake-out_of_minutes = 0 から 1440 までの数を入れてください。
mistake-reminder_unreadable = 読み取れません。1 行に一つ、「1時間前 集合は入口です」のように書いてください。
mistake-reminder_out_of_range = 1 分前から 7 日前までにしてください。
mistake-reminders_too_many = 3 つまでです。
mistake-reminder_twice = 同じ時刻のものが二つあります。
mistake-too_many_tags = 20 個までです。
mistake-colon = 「:」は使えません。
mistake-not_offered = 選択肢から選んでください。
mistake-not_a_world_link = VRChat のリンクではありません（例: https://vrchat.com/home/world/wrld_…）。
mistake-not_a_profile = VRChat のユーザーページではありません（例: https://vrchat.com/home/user/usr_…）。
mistake-not_vrchat = VRChat のリンクではありません（例: https://vrchat.com/home/launch?…、https://vrch.at/…）。
mistake-not_an_instance = インスタンスのリンクではありません（例: https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…、https://vrch.at/…）。
mistake-names_an_instance = インスタンスのリンクは、誰でも読めるここには書けません。{ -event }の投稿後に「{ button-detail }」→「{ button-link }」から入れると、参加者だけが読めます。
mistake-instance_in_subject = インスタンスのリンクは、一覧にも出る件名には書けません。「{ field-details }」に書いてください。
# 時刻の誤りは、入力された文字をそのまま示します。
mistake-time_unreadable = 「{ $typed }」は読み取れません（例: 21:00、土曜 21時、12/5 21:00、明日 21時〜23時、今。{ $zone }）。
mistake-when_unreadable = 「{ $typed }」は読み取れません（例: 土曜 21時〜23時、明日 21時から2時間、12/5 21:00〜23:00、今〜2時間。{ $zone }）。
mistake-end_unreadable = 「{ $typed }」は読み取れません（例: 2時間、90分、23:00、翌1:00、12/5 23:00。{ $zone }）。
mistake-day_unreadable = 「{ $typed }」は読み取れません（例: 12/31、来週土曜、2026-12-31）。
mistake-time_no_such_day = 「{ $typed }」という日はありません。
mistake-time_past = 「{ $typed }」は、もう過ぎています（{ $zone }）。
mistake-time_too_far = 「{ $typed }」は先すぎます。2 年先までにしてください。
mistake-time_time_missing = 「{ $typed }」には時刻がありません（例: 12/5 21:00）。
mistake-time_end_missing = 「{ $typed }」には終了がありません（例: 土曜 21時〜23時、土曜 21時から2時間）。
mistake-time_too_long = 「{ $typed }」では長すぎます。72 時間までにしてください。
mistake-time_not_after_start = 「{ $typed }」は開始より後ではありません。
mistake-time_skipped_time = 「{ $typed }」は、夏時間に変わる日の、ない時刻です（{ $zone }）。前か後の時刻を入れてください。
mistake-end_differs = 開始の欄に書かれた終了と違います。どちらか一方にしてください。
mistake-cutoff_unreadable = 「{ $typed }」は読み取れません（例: 開始1時間前、開始時、土曜 20時、12/5 20:00。{ $zone }）。
mistake-cutoff_after_end = 終了より前にしてください。
mistake-opens_too_late = 受付締切と終了より前にしてください。
mistake-time_weekday_differs = 「{ $typed }」は、日付と曜日が合いません。
mistake-unknown_zone = その名前のタイムゾーンはありません（例: Tokyo、New York、Asia/Seoul）。
mistake-changed_token = 表示されたトークンと形が違います。もう一度フォームを開き、書き換えずに送信してください。
mistake-ends_before_start = 開始より後にしてください。
mistake-unreadable = 読み取れません。コマンドからやり直してください。

## 読み取った日時

month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月
weekday-1 = 月
weekday-2 = 火
weekday-3 = 水
weekday-4 = 木
weekday-5 = 金
weekday-6 = 土
weekday-7 = 日
moment-this_year = { $month }{ $day }日({ $weekday }) { $clock }
moment-other_year = { $year }年{ $month }{ $day }日({ $weekday }) { $clock }
# 写して時刻の欄に貼っても、同じ日時として読み取れるように書きます。
period-one_day = { $start }〜{ $end }（{ $duration }）
period-next_day = { $start }〜翌{ $end }（{ $duration }）
period-days = { $start } 〜 { $end }（{ $duration }）
duration-hours = { $hours }時間
duration-minutes = { $minutes }分
duration-both = { $hours }{ $minutes }
remark-long = ⚠️ 終了まで { $duration }あります。間違いがないか、確かめてください。
remark-moved_to_tomorrow = ⚠️ 今日のその時刻は過ぎているため、明日にしました。
remark-moved_to_next_week = ⚠️ 今日のその時刻は過ぎているため、来週にしました。
remark-weekday_differs = ⚠️ 「{ $typed }」は、日付と曜日が合いません。日付のほうで読み取りました。
remark-twice = ⚠️ その日は夏時間が終わるため、この時刻が 2 回あります（{ $zone }）。1 回目にしました。

## 編集する

button-edit = 内容を編集
button-schedule = 日時・定員・受付を編集
button-image = 画像
button-settings = タグ・公開範囲・リマインダーを編集
form-edit_content = { button-edit }
form-edit_schedule = { button-schedule }
form-edit_settings = { button-settings }
# タイムゾーンは 32 文字になることがあります。
hint-start_time = { $zone }。例: 21:00、土曜 21時、12/5 21:00、明日 21:00、今
hint-end_time = 開始からの長さ（2時間、90分）または時刻（23:00、翌1:00、12/5 23:00。{ $zone }）
hint-opening_time = それまでは参加できません（{ $zone }）。例: 土曜 12時、12/1 12:00
hint-cutoff_time = 過ぎると参加できません。例: 開始1時間前、12/5 20:00（{ $zone }）
# 受付締切の欄に書いて、同じ時刻として読み取れるように書きます。
before-start = 開始{ $duration }前
before-at_start = 開始時
hint-reminder_minutes = 開始の何分前に参加者へ知らせるか（0〜1440）。0 なら知らせません

zone-Asia_Tokyo = 日本時間

accepted-EditInvitation = 「{ $event }」を変更しました。
refused-changed_meanwhile = フォームを開いているあいだに、ほかの人が同じところを変更しました。上書きはしていません。「{ button-detail }」を開き直して、もう一度編集してください。
refused-nothing_changed = 前と同じ内容なので、何も変更しませんでした。
refused-below_seats_taken = すでに { $joined_count } 人が参加しているため、定員をそれより少なくできません。
edit-mend = 「{ button-compose }」を押すと、入力した内容のまま開きます。
refused-ends_before_start = 終了は開始より後にしてください。何も変更していません。
refused-too_far_ahead = 日時が先すぎます。{ $years } 年先までにしてください。何も変更していません。
refused-end_in_past = 終了日時が過去です。何も変更していません。
refused-cutoff_after_end = 受付締切は終了より前にしてください。何も変更していません。
refused-opens_too_late = 受付開始は、受付締切と終了より前にしてください。何も変更していません。
refused-cutoff_in_past = 受付締切の日時が過ぎています。「{ button-draft_more }」から変えてください。

label-event_name = イベント名
label-world_link = ワールドのリンク
label-description = 説明
label-reminder = リマインダー
label-more_reminders = ほかのリマインダー
reminder-minutes = { $minutes } 分前
reminder-hours = { $hours } 時間前
reminder-days = { $days } 日前
reminder-never = なし

notice-edited =
    「{ $event }」の内容が変わりました。
    { $changes }
notice-from_to = ・{ $field }: { $before } → { $after }
notice-is_now = ・{ $field }: { $now }
notice-dropped = ・{ $field }: なし
notice-rewritten = ・{ $field }（新しい内容は「{ button-detail }」で読めます）

## 中止する、終了する

button-cancel = 中止する
button-complete = 終了する
button-completed = 今すぐ終了する
cancel-title = { -event }を中止
field-reason = 理由（任意）
hint-reason = { -event }とスレッドに表示されます。中止は取り消せません。
complete-confirm = この{ -event }を今すぐ終了しますか？ 終了は取り消せません。

accepted-CancelInvitation = 「{ $event }」を中止しました。
accepted-CompleteInvitation = 「{ $event }」を終了しました。

notice-cancelled = 「{ $event }」は中止になりました。
notice-cancelled_because =
    「{ $event }」は中止になりました。
    理由: { $reason }
notice-completed = 「{ $event }」は終了しました。

## 繰り返す

accepted-RepeatInvitation-times = 「{ $event }」を毎週繰り返します（あと { $times } 回）。この回が終わると、{ $next } の回の{ -event }を投稿します。
accepted-RepeatInvitation-until = 「{ $event }」を毎週繰り返します（{ $until } まで）。この回が終わると、{ $next } の回の{ -event }を投稿します。
accepted-StopRepetition = 「{ $event }」の繰り返しをやめました。この回が最後です。
repetition-goes_on = 繰り返しは続きます。次は { $next } です。やめるには、その{ -event }で { -repeat-command } を使ってください。
refused-one_end = 「{ name-times }」「{ name-until }」「{ name-stop }」のうち、一つだけを選んでください。
refused-until_too_soon = 次の回より前の日です。もっと先の日を入れてください。何も変更していません。
refused-until_too_far = 繰り返せるのは { $farthest } までです。何も変更していません。
refused-not_repeated = この{ -event }は繰り返していません。
field-until = いつまで
field-first_day = いつから
label-repetition = 繰り返し
repetition-times = 毎週（あと { $times } 回）
repetition-until = 毎週（{ $until } まで）

## 主催者に知らせる

summary-title = 参加の動き
summary-counts = 参加 { $joined } / { $most }・{ -waitlist } { $waiting }・{ button-interest } { $interested }
summary-joined = 参加
summary-added = 追加
summary-promoted = 繰り上がり
summary-queued = { -waitlist }
summary-left = 参加を取り消し
summary-left_queue = { -waitlist }を取り消し
summary-removed = メンバーが 1 人外されました
notice-host_reminder = { $host } さん、主催する「{ $event }」が始まります（開始 { $start }、参加者 { $count } 人）。
notice-link_missing = インスタンスリンクがまだありません。下のボタンで設定すると、参加者だけが読めます。

notice-co_hosts = { $members } さんが「{ $event }」の共同主催になりました。主催者と同じように、編集や中止、参加者を追加する・外す操作、インスタンスリンクの設定ができます。席は取りません。
notice-co_host_removed = 「{ $event }」の共同主催ではなくなりました。主催者またはスタッフの操作です（{ $at }）。{ $link }
refused-only_host_names = 共同主催を選べるのは、主催者とスタッフだけです。自分を外すことはできます。
refused-host_is_co_host = 主催者は共同主催になれません。

## リマインダー

button-mute = 🔕 リマインダーをオフ
notice-reminder = 「{ $event }」は { $start } に始まります。
reminders-on = オン
reminders-off = オフ
accepted-SetReminders-on = リマインダーをオンにしました。参加する{ -event }の開始前に届きます。「{ button-interest }」の{ -event }は、日時やワールドが変わったときと中止になったときに知らせます。
accepted-SetReminders-off = リマインダーをオフにしました。「{ button-interest }」の{ -event }の変更と中止も知らせません。参加や{ -waitlist }の{ -event }の変更と中止は、これからも知らせます。{ -reminders-command } でオンに戻せます。
refused-already_reminded = リマインダーはすでに送りました。
refused-already_announced = もう知らせました。
refused-already_started = すでに始まっています。
refused-not_yet = まだその時刻になっていません。

## 参加者を追加する、外す

accepted-AddParticipant = 「{ $event }」に <@{ $user_id }> さんを追加しました。本人にはスレッドで知らせます。
accepted-RemoveParticipant = 「{ $event }」から <@{ $user_id }> さんを外しました。本人には DM で知らせます（DM を受け取らない設定の人には届きません）。
accepted-RemoveParticipant-passed_on = 「{ $event }」から <@{ $user_id }> さんを外しました。本人には DM で知らせます（DM を受け取らない設定の人には届きません）。席は{ -waitlist }の次の人に移りました。
refused-AddParticipant-full = 満員のため追加できませんでした（定員 { $max_participants } 人）。{ -waitlist }の人が先です。定員を増やすと、{ -waitlist }の人から順番に参加が決まります。
refused-AddParticipant-already_waitlisted = その人は{ -waitlist }に入っています。満員のあいだは、順番を飛ばして追加できません。席が空くか定員が増えると、{ -waitlist }の人から順番に参加が決まります。
refused-AddParticipant-already_joined = その人はすでに参加しています。
refused-AddParticipant-host_cannot_join = その人は主催者か共同主催です。定員に含まれないので、追加する必要はありません。
refused-RemoveParticipant-not_participant = その人は、参加、{ -waitlist }、{ button-interest }のどれにも入っていません。
refused-bot_cannot_join = Bot は参加できません。
refused-not_in_guild = その人はこのサーバーにいません。
notice-added = { $member } さん、{ $by } さんの操作で参加が決まりました。都合が悪ければ「{ button-leave }」を押してください。インスタンスリンクなどは「{ button-reveal }」で読めます。
notice-removed = 「{ $event }」の登録（参加・{ -waitlist }・{ button-interest }）が外されました。主催者、共同主催、スタッフのいずれかの操作です（{ $at }）。{ $link }

## 参加情報（参加者だけが読めるリンク）

button-link = インスタンスリンク
button-profile = VRChat プロフィール
form-link_title = インスタンスリンクを設定
form-profile_title = VRChat プロフィールを設定
field-instance_link = インスタンスリンク
hint-instance_link = 参加者だけが読めます。https://vrchat.com/home/launch?worldId=…
accepted-SetInstanceLink = 「{ $event }」のインスタンスリンクを設定しました。参加者だけが「{ button-reveal }」で読めます。
accepted-SetProfile = 「{ $event }」の VRChat プロフィールを設定しました。参加者だけが「{ button-reveal }」で読めます。
warning-other_world = ⚠️ リンクのワールドは、{ -event }に書かれたワールドのリンクと違います。
warning-other_type = ⚠️ リンクのインスタンスは { $actual } ですが、{ -event }の公開範囲は { $chosen } です。
reveal-title = 参加者だけの情報です。ほかの人に見せないでください。
reveal-vrchat_profile = 主催者の VRChat プロフィール: { $link }
reveal-instance_link = インスタンスリンク: { $link }
reveal-absent = まだ設定されていません
reveal-broken = 開けませんでした。スタッフに知らせてください。
region-us = 米国西部
region-use = 米国東部
region-eu = ヨーロッパ
region-jp = 日本
refused-not_seated = { button-reveal }を読めるのは、参加者と主催者、共同主催だけです。参加が決まると読めます。
refused-nothing_to_reveal = プロフィールもインスタンスリンクもまだ設定されていません。
# Discord 側で変えられたものを直したとき、直せないとき。
notice-announcement_moved = 「{ $event }」の{ -event }のメッセージが削除されていたので、投稿し直しました。参加者はそのままです: { $link }
notice-repairs_owed = ⚠️ 「{ $event }」に、確認が必要なことがあります。
notice-repair_line = ・{ $part }: { $reason }
notice-repairs_later = 表示の問題は、直せるようになると自動で直ります。
repair-announcement = { -event }のメッセージ
repair-thread = スレッド
repair-panel = スタッフチャンネルのパネル
repair-scheduled_event = Discord のイベント
repair-host = 主催者
owed-channel_gone = チャンネルが削除されました。`/{ name-setup }` でチャンネルを選び直してください。
owed-missing_permission = Bot に次の権限がありません。チャンネルの設定でオンにしてください。
owed-refused = Discord が受け付けません。Bot がそのチャンネルを見られるか確かめてください。
owed-host_left = サーバーを抜けました。続けるか中止するか、スタッフが決めてください。毎週の繰り返しは止まりました。

notice-new_link = 「{ $event }」の新しいインスタンスリンクがあります。「{ button-reveal }」で読めます。

## 一覧と履歴

button-previous = 前へ
button-pinned = 一覧を開く
button-next = 次へ
list-title = { -event }の一覧
list-found = 「{ $words }」の検索結果
list-mine = 自分の{ -event }
list-empty = 該当する{ -event }はありません。
pinned-title = 📌 これからの{ -event }
pinned-empty = いま予定されている{ -event }はありません。
pinned-footer = 自動で更新されます。時刻は、見ている人のタイムゾーンで表示されます。
pinned-refused = 一覧を投稿できませんでした。{ $why }
accepted-PinList-pinned = このチャンネルに一覧を置きました。自動で更新されます。上に固定したいときは、メッセージをピン留めしてください。やめるときは、メッセージを削除してください。
list-line = [{ $event }]({ $link })
    { $start }・{ $tag }・{ $status } { $seats }・主催 { $host }
suggest-too_fast = 入力が速すぎます。少し待ってから、続きを入力してください。
history-title = 参加の履歴
history-line = [{ $event }]({ $link })
    { $start }・{ $tag }・{ $status }・{ $part }
part-joined = 参加
part-interested = 興味あり
part-waitlisted = { -waitlist }

## カレンダー

calendar-intro = カレンダーアプリにこのアドレスを入れると、{ -event }が自動で入り、変更も届きます（Google: 「URL で追加」、iPhone: 「照会するカレンダーを追加」）。アドレスを知っている人は誰でも読めるので、ほかの人に見せないでください。
calendar-member = 自分の予定（主催・参加・{ -waitlist }・興味あり）: { $link }
calendar-guild = このサーバーの{ -event }（募集中・満員）: { $link }
# iPhone で開くと、そのまま照会カレンダーに入るアドレスです。
calendar-webcal = iPhone 用: { $link }
calendar-absent = アドレスはありません
calendar-broken = 開けませんでした。アドレスを作り直してください
calendar-not_offered = このサーバーではカレンダーのアドレスを用意していません。
button-calendar_renew = 自分のアドレスを作り直す
button-calendar_revoke = 自分のアドレスを消す
button-calendar_renew_guild = サーバーのアドレスを作り直す

## 自分のデータ

mydata-exported = あなたについて保存されているデータです（{ -event }とチケット）。見えるのはあなただけです。
mydata-more = 量が多いため、いくつかのファイルに分けて送ります。少しお待ちください。
mydata-part = { $part } 個目のファイルです。
mydata-last_part = { $part } 個目のファイルです。これで全部です。
mydata-no_tickets = チケットの分は読み込めませんでした。しばらくしてから、もう一度お試しください。
mydata-explain_erasure =
    あなたについて保存されているデータを消します。取り消せません。
    ・開催前・開催中の{ -event }への参加、{ -waitlist }、興味あり、担当、共同主催はすべて取り消され、席は{ -waitlist }の人に移ります
    ・終わった{ -event }では、参加した人数だけが残り、名前と ID は消えます。主催した{ -event }は説明も消えます
    ・監査ログからは名前と ID が消えます
    ・リマインダーの設定とカレンダーのアドレスは消えます
    ・開いているチケットは閉じられ、自分のチケットはすべて消えます
    Discord に投稿された{ -event }、チケットの記録、スレッドの発言は残ります。主催している{ -event }が終わるまでは消せません。先に `/{ name-mydata } { name-export }` で控えを取れます。
button-erase = すべて消す
accepted-EraseMyData = あなたについて保存されていたデータを消しました。
refused-hosts_open = 主催している{ -event }が { $count } 件、まだ終わっていません。先に中止または終了してください（`{ -invite } { name-mine }`。毎週繰り返すものは、その前に { -repeat-command } でやめてください）。何も消していません。
refused-file = ファイルを送れませんでした。大きすぎるかもしれません。スタッフに知らせてください。

## スタッフ

label-staff = 担当
label-no_staff = なし
# 人数は欄の中に出ます。
label-waiting = { -waitlist }
button-assign = 担当する
button-release = 担当を外す
accepted-AssignStaff = 「{ $event }」の担当になりました。
accepted-ReleaseStaff = 「{ $event }」の担当を外しました。
refused-already_assigned = すでに { $staff_name } さんが担当しています。
refused-already_yours = すでにあなたが担当しています。
refused-not_assigned = 担当している人はいません。

audit-title = 監査ログ
audit-title_tickets = 監査ログ（チケット）
audit-ClaimTicket = チケットの担当になった
audit-ReleaseTicket = チケットの担当を外れた
audit-TransferTicket = チケットの担当を替えた
audit-HoldTicket = チケットを保留にした
audit-ResumeTicket = チケットの保留を解除した
audit-CloseTicket = チケットを閉じた
audit-AddToTicket = チケットに人を追加した
audit-RemoveFromTicket = チケットから人を外した
audit-ReadTranscript = チケットの記録を受け取った
audit-ChangeTicketSettings = チケットの設定を変更した
audit-empty = 記録はありません。
audit-line = { $at } **{ $who }** { $action }
audit-line_about = { $at } **{ $who }** { $action } { $about }
audit-detailed = { $action }（{ $details }）
audit-and = 、
audit-vrchat_profile = プロフィール
audit-instance_link = インスタンスリンク
audit-AddParticipant = 参加者を追加した
audit-RemoveParticipant = 参加者を外した
audit-EditInvitation = 編集した
audit-SetInstanceLink = インスタンスリンクを設定した
audit-ChooseImage = 画像を変更した
audit-SetProfile = プロフィールを設定した
audit-RevealSecrets = 参加情報を読んだ
audit-RenewCalendar = カレンダーのアドレスを作り直した
audit-RepeatInvitation = 毎週の繰り返しを設定した
audit-StopRepetition = 繰り返しをやめた
audit-AssignStaff = 担当になった
audit-ReleaseStaff = 担当を外した
audit-CancelInvitation = 中止した
audit-CompleteInvitation = 早めに終了した
audit-ChangeGuildSettings = サーバー設定を変更した
audit-SetApiToken = API トークンを変更した
audit-SaveTemplate = サーバーのテンプレートを保存した
audit-DeleteTemplate = サーバーのテンプレートを削除した
audit-PinList = 一覧を固定した
audit-detail-times = { $value } 回
audit-detail-until = { $value } まで
audit-detail-named_co_host = 共同主催に { $member } を追加
audit-detail-removed_co_host = 共同主催から { $member } を外した
audit-set = { $setting }: { $before } → { $after }
audit-setting-language = 言語
audit-setting-time_zone = タイムゾーン
audit-setting-announcement_channel_id = 募集チャンネル
audit-setting-staff_channel_id = スタッフチャンネル
audit-setting-list_channel_id = 一覧のチャンネル
audit-setting-staff_role_ids = スタッフのロール
audit-setting-host_role_ids = 募集を作れるロール
audit-setting-tags = タグ
audit-setting-reminder_minutes = リマインダーの初期設定
audit-setting-mirrors_scheduled_events = Discord のイベントにも載せる
audit-setting-mention_role_ids = メンションできるロール
audit-setting-mentions_everyone = @everyone と @here へのメンション
audit-setting-is_listed = 公開 API の一覧に載せる
audit-setting-has_api_token = API トークン
audit-setting-log_channel_id = 記録を残すチャンネル
audit-setting-per_category = 同じカテゴリの上限
audit-setting-warn_after_minutes = 知らせるまでの分数
audit-setting-close_after_minutes = 閉じるまでの分数
audit-setting-categories = カテゴリ

## チケット

ticket-panel_title = スタッフに相談する
ticket-panel = 下のボタンを押すと、あなたとスタッフだけが読めるスレッドが開きます。
category-question = 質問
category-trouble = トラブル
category-other = その他

form-ticket = チケットを開く: { $category }
field-subject = 件名
field-details = 内容
hint-details = 読めるのはあなたとスタッフだけです。

ticket-thread = { $category }・{ $member }
ticket-opened = { $staff } { $member } さんのチケットです。スタッフが来るまでお待ちください。このスレッドは、あなたとスタッフだけが読めます。
ticket-is_new = 担当: まだいません
ticket-is_claimed = 担当: { $staff }
ticket-is_held = { $standing }（保留中）
ticket-is_closed = このチケットは閉じられました。
ticket-closed_asked = { $by } さんがチケットを閉じました。ありがとうございました。
ticket-closed_silence = しばらく書き込みがなかったため、チケットを閉じました。
ticket-closed_left = メンバーがサーバーを離れたため、チケットを閉じました。
ticket-warning = { $people } しばらく書き込みがありません。{ $at } までに書き込みがなければ、このチケットを閉じます。
ticket-closed_thread_deleted = スレッドが削除されたため、チケットを閉じました。
ticket-closed_thread_closed = スレッドが閉じられたため、チケットを閉じました。
ticket-record_later = 記録は `/{ name-ticket } { name-history }` から受け取れます。
ticket-message_again = 最初のメッセージが削除されたので、もう一度置きました。元の文章は残っていません。
ticket-not_let_in = ただし、スレッドに追加できませんでした。{ $why }
ticket-reason = 理由: { $reason }
button-ticket_claim = 担当する
button-ticket_release = 担当を外れる
button-ticket_hold = 保留
button-ticket_resume = 保留を解除
button-ticket_close = 閉じる
form-close_ticket = チケットを閉じる
field-close_reason = 理由（任意）
hint-close_reason = スレッドに書かれます。閉じたチケットは開き直せません。

accepted-RequestTicket = チケットを開きました: { $thread }
accepted-ClaimTicket = { $thread } の担当になりました。
accepted-ReleaseTicket = { $thread } の担当を外れました。
accepted-TransferTicket = { $thread } の担当を { $person } さんに替えました。
accepted-HoldTicket = { $thread } を保留にしました。書き込みがなくても閉じません。
accepted-ResumeTicket = { $thread } の保留を解除しました。
accepted-CloseTicket = チケットを閉じました。
accepted-AddToTicket = { $person } さんを { $thread } に追加しました。
accepted-RemoveFromTicket = { $person } さんを { $thread } から外しました。

refused-ticket_heard_just_now = 書き込みは少し前に記録しました。
refused-ticket_not_found = チケットが見つかりませんでした。開いたばかりのときは、少し待ってからもう一度押してください。
refused-ticket_closed = このチケットはもう閉じられています。
refused-ticket_taken = <@{ $staff_id }> さんが担当しています。
refused-ticket_already_yours = すでにあなたが担当しています。
refused-ticket_not_taken = このチケットには担当がいません。
refused-not_a_staff_member = <@{ $user_id }> さんはスタッフではありません。
refused-ticket_already_held = すでに保留中です。
refused-ticket_not_held = 保留中ではありません。
refused-ticket_not_yours = 閉じられるのは、チケットを開いた人とスタッフだけです。
refused-ticket_is_theirs = チケットを開いた人は外せません。閉じるには「{ button-ticket_close }」を押してください。
refused-ticket_people = 一つのチケットで追加したり外したりできるのは { $most } 人までです。
refused-ticket_limit = このカテゴリのチケットは、同時に { $most } 件までです。開いているチケットに書くか、閉じてからもう一度押してください。
refused-ticket_category_off = このカテゴリのチケットは、いま受け付けていません。
refused-no_ticket_categories = 受け付けるカテゴリがありません。「{ permission-manage_guild }」の権限を持つ人が `/{ name-setup }` で選ぶと、チケットの受付を置けます。
refused-ticket_private = 読めるのは、チケットを開いた人とスタッフだけです。
refused-cannot_open_thread = スレッドを開けませんでした。{ $why }
refused-refused_by_discord = Discord に断られました。{ $why }
refused-AddToTicket-refused_by_discord = <@{ $user_id }> さんを追加できませんでした。{ $why }
refused-RemoveFromTicket-refused_by_discord = <@{ $user_id }> さんを外せませんでした。まだスレッドを読めます。{ $why }
refused-member_gone = <@{ $user_id }> さんは、もうこのサーバーにいません。
refused-no_panel_here = ここには置けません。ふつうのテキストチャンネルで使ってください。

tickets-open = 開いているチケット
tickets-own = 自分のチケット
tickets-none = チケットはありません。
tickets-record = 記録: { $subject }
tickets-closed = 終了
tickets-line =
    { $thread } { $subject }
    { $category }・{ $member }・{ $at }・{ $standing }

button-ticket_transcript = 記録を受け取る
transcript-record = { $category }・{ $member }・担当 { $staff }・{ $thread }
transcript-here = チケットの記録です。ブラウザで開けます。
transcript-gone = スレッドが削除されているため、記録を作れませんでした。
transcript-opened = { $at } に開かれたチケット
transcript-limits = この記録は、作ったときのスレッドの内容です。削除された書き込みは入りません。編集された書き込みは最後の文だけ、添付ファイルは名前だけが入ります。
transcript-shortened = 長いため、古い書き込み { $count } 件は入っていません。
transcript-attachment = 添付ファイル: { $name }
transcript-staff = スタッフ
transcript-opener = チケットを開いた人
transcript-left = サーバーを退出済み
transcript-bot = Bot
transcript-edited = 編集済み { $at }
transcript-wordless = この Bot にはメッセージの内容を読む権限（Message Content Intent）がないため、ほかの人が書いた文は入っていません。

## サーバーの設定

# この言語の、この言語での名前です。
language-name = 日本語

page-events = { -event }
page-mentions = メンションの設定
page-staff = スタッフ
page-tickets = チケット
page-locale = 言語とタイムゾーン
page-listing = 公開と API

setting-announcement_channel_id = { -event }を投稿するチャンネル
setting-host_role_ids = { -event }を作れるロール
setting-tags = タグ
setting-reminder_minutes = リマインダーの初期設定
setting-mirrors_scheduled_events = Discord のイベントにも載せる
setting-staff_role_ids = スタッフのロール
setting-staff_channel_id = スタッフチャンネル
setting-language = サーバーの言語
setting-time_zone = タイムゾーン
setting-log_channel_id = チケットの記録を残すチャンネル
setting-categories = 受け付けるカテゴリ
setting-per_category = 同じカテゴリで同時に開ける件数
setting-silence = 書き込みがないとき
setting-is_listed = 公開 API の一覧に載せる
setting-has_api_token = API トークン
unset-announcement_channel_id = まだ選ばれていません。選ぶと、{ -event }を作れるようになります。
unset-host_role_ids = 全員
unset-staff_role_ids = なし（「{ permission-manage_guild }」の権限を持つ人がスタッフです）
unset-staff_channel_id = なし（パネルは投稿しません）
setting-mention_role_ids = 投稿でメンションできるロール
setting-mentions_everyone = @everyone と @here
unset-mention_role_ids = なし（{ -event }の投稿ではメンションしません）
unset-log_channel_id = なし（閉じたチケットの記録は残しません）

setup-title = 設定: { $page }
setup-no_categories = なし（チケットを受け付けません）
setup-tickets = { $count } 件まで
setup-silence = { $warn }後に知らせ、さらに { $close }後に閉じる
setup-days = { $count } 日
setup-hours = { $count } 時間
setup-minutes = { $count } 分
setup-silence_applies = 変更は、いま開いているチケットにも、次の書き込みから反映されます。
setup-on = オン
setup-off = オフ
setup-switch = { $setting }: { $state }
setup-listing = オンにすると、このサーバーの{ -event }を Discord の外から誰でも読めます（公開 API）。主催者の名前は出ますが、参加者の名前は出ません。
setup-token = あります。このトークンを持つプログラムは、このサーバーの{ -event }と参加者を API から読めます。
setup-no_token = ありません。作ると、このサーバーの{ -event }と参加者を、プログラムが API から読めるようになります。
setup-channel_gone = ⚠️ 選んだチャンネルは削除されました。選び直してください。
setup-roles_gone = ⚠️ 選んだロールは削除されました。選び直してください。
setup-mentions = 主催者は、ここで許可した相手から一つを{ -draft }で選べます。メンションするのは最初の投稿だけです。
setup-missing = ⚠️ Bot に足りない権限:
setup-missing_line = ・**{ $permission }**（{ $reason }）
setup-where_channel = オンにする場所: { $channel } の「チャンネルの編集」→「権限」→ { $role }（一覧になければ追加します）
setup-where_server = オンにする場所:「サーバー設定」→「ロール」→ { $role } →「権限」
setup-look_again = オンにしたら、下の青いボタンを押して、もう一度確かめてください。
button-setup = 設定を開く
button-setup_test = テスト投稿
button-setup_tags = タグを編集
button-setup_token = API トークンを作る
button-setup_zone = ほかのタイムゾーン
field-tags = タグ
field-api_token = 新しい API トークン
field-time_zone = タイムゾーン
hint-tags = 1 行に一つ、{ $most } 個まで、16 文字まで。選択肢はこの順に並びます
hint-token = コピーしてから送信してください。前のトークンは使えなくなります。空で送信すると、トークンはなくなります
hint-time_zone = 都市の名前。例: Tokyo、New York、Asia/Seoul

# Discord の画面と同じ名前です。
permission-view_channel = チャンネルを見る
permission-send_messages = メッセージを送信
permission-embed_links = 埋め込みリンク
permission-read_message_history = メッセージ履歴を読む
permission-create_public_threads = 公開スレッドの作成
permission-create_private_threads = プライベートスレッドの作成
permission-send_messages_in_threads = スレッドでメッセージを送信
permission-manage_threads = スレッドの管理
permission-attach_files = ファイルを添付
permission-create_events = イベントを作成
permission-mention_everyone = @everyone、@here、全てのロールにメンション
permission-manage_guild = サーバー管理
# なぜその権限が要るのか。
need-view_channel = このチャンネルを使うため
need-send_messages = 投稿するため
need-embed_links = { -event }の内容をカードで見せるため
need-read_message_history = 同じものを二度投稿しないため
need-create_public_threads = { -event }ごとにスレッドを作るため
need-create_private_threads = チケットを開くため
need-send_messages_in_threads = スレッドで参加者に知らせるため
need-manage_threads = 終わったスレッドを閉じ、取り消した人を外すため
need-attach_files = { -event }の画像を付け、チケットの記録を残すため
need-mention_everyone = 「誰でもメンションできる」ではないロールに、通知を届けるため
need-create_events = Discord のイベントに載せるため

setup-test_name = テスト投稿
setup-test_text = 設定を確かめるためのテスト投稿です。すぐに消えます。
setup-step_done = ✅ { $step }
setup-step_refused = ❌ { $step }: { $reason }
setup-test_worked = すべてうまくいきました。テスト投稿は消したので、{ -event }を始められます。
setup-test_failed = うまくいかなかったところがあります。直してから、もう一度お試しください。
step-post = チャンネルに投稿する
step-thread = スレッドを作る
step-say = スレッドに書く
step-lock = スレッドを閉じる
step-remove_thread = スレッドを消す
step-remove = 投稿を消す
reason-no_access = Bot からこのチャンネルが見えません。
reason-no_permission = Bot の権限が足りません。足りない権限は、設定の画面に出ています。
reason-no_channel = チャンネルが見つかりません。
reason-thread_limit = サーバーのスレッドの数が上限に達しています。
reason-away = Discord が応答しません。

setup-first_word =
    追加していただき、ありがとうございます。VRChat の{ -event }を投稿し、参加者を集める Bot です。
    まず「{ permission-manage_guild }」の権限を持つ人が、下のボタンか `/{ name-setup }` で、{ -event }を投稿するチャンネルを選んでください。
setup-needed = まず、{ -event }を投稿するチャンネルを選んでください。
setup-ask_owner = このサーバーでは、まだ{ -event }を作れません。{ $owner } さんか「{ permission-manage_guild }」の権限を持つ人に、`/{ name-setup }` での設定を頼んでください。
refused-image_kind = 画像は PNG、JPEG、WebP、GIF のどれかを選んでください。ほかは変えていません。
refused-image_too_large = 画像は { $most } MB までです。小さくするか、JPEG にして、もう一度選んでください。ほかは変えていません。
refused-image_unreadable = 画像として読めないファイルでした。PNG、JPEG、WebP、GIF の画像を選んでください。ほかは変えていません。
refused-image_gone = 画像を Discord から受け取れませんでした。もう一度選んでください。
refused-image_replaced = あとから別の画像が選ばれたので、この画像は使いませんでした。
refused-tag_not_offered = このタグは、いまは選べません。ほかのタグを選んでください。
refused-mention_not_allowed = 選んだメンションは、いまのサーバーの設定では使えません。「{ field-mention }」を選び直してください。
refused-everyone_is_no_role = @everyone はロールとしては選べません。「{ setting-mentions_everyone }」のボタンを使ってください。
refused-token_taken = このトークンは使えません。もう一度フォームを開いて、新しいトークンを使ってください。
refused-not_set_up = このサーバーでは、まだ{ -event }を作れません。「{ permission-manage_guild }」の権限を持つ人に、`/{ name-setup }` での設定を頼んでください。

## 上限

refused-limit_presses = 操作が続いたため、受け付けませんでした（1 分間に { $most } 回まで）。<t:{ $again_at }:R>に、もう一度お試しください。
refused-limit_changes = 変更と{ button-reveal }の閲覧は、合わせて 1 日に { $most } 回までです。<t:{ $again_at }:R>に、またお試しください。
refused-limit_events = 新しい{ -event }は 1 日に { $most } 件までです。<t:{ $again_at }:R>に、また作成できます。
refused-limit_open_events = 同時に開ける{ -event }は { $most } 件までです。どれかが終わるか中止すると、また作成できます。
refused-limit_drafts = { -draft }がすでに { $most } 件あります。{ -drafts-command } で、どれかを投稿するか捨ててください。
refused-limit_images = 画像は 1 日に { $most } 枚までです。<t:{ $again_at }:R>に、また送れます。
refused-limit_own_templates = 自分のテンプレートは { $most } 件までです。{ -templates-command } で使わないものを削除するか、同じ名前で保存して置き換えてください。
refused-limit_guild_templates = サーバーのテンプレートは { $most } 件までです。{ -templates-command } で使わないものを削除するか、同じ名前で保存して置き換えてください。
refused-limit_exports = データの書き出しは 1 日に { $most } 回までです。<t:{ $again_at }:R>に、また書き出せます。
refused-limit_tickets = 新しいチケットは 1 日に { $most } 件までです。<t:{ $again_at }:R>に、また開けます。急ぎのときは、スタッフに直接声をかけてください。

## うまくいかなかったとき

accepted-unknown = 完了しました。
refused-unknown = 受け付けられませんでした（{ $code }）。
refused-unknown_component = このボタンは古いため使えません。コマンドからもう一度開いてください。
refused-not_host = 主催者、共同主催、スタッフだけができる操作です。
refused-not_staff = スタッフだけができる操作です。
refused-not_allowed = 「{ permission-manage_guild }」の権限を持つ人だけが変更できます。
refused-ChangeGuildSettings-not_found = このサーバーの設定は見つかりませんでした。
refused-ChangeTicketSettings-not_found = { refused-ChangeGuildSettings-not_found }
refused-ReadTicketSettings-not_found = { refused-ChangeGuildSettings-not_found }
refused-SetApiToken-not_found = { refused-ChangeGuildSettings-not_found }
accepted-ChangeGuildSettings-changed = 設定を変更しました。
accepted-ChangeGuildSettings-same = すでにその設定になっています。
accepted-SetApiToken-changed = API トークンを変更しました。
accepted-SetApiToken-same = すでにそのトークンです。
refused-erased_since = 操作の直後にデータが消去されたため、この操作は反映していません。必要なら、もう一度操作してください。
refused-internal_error = 問題が起きたため完了できませんでした。時間をおいてもう一度お試しください。
refused-unknown_command = Bot の更新中のため受け付けられませんでした。少し待ってからもう一度お試しください。
refused-overtaken = あとに押したボタンを先に反映したため、この操作は反映していません。
refused-broker_away = 混み合っているか、障害が起きているため、受け付けられませんでした。もう一度お試しください。
refused-reads_away = いまは読み込めません。少し待ってから、もう一度お試しください。
refused-unprintable = 使えない文字が入っているため、受け付けませんでした。
refused-names_an_instance = インスタンスのリンクは、誰でも読めるところには書けません。何も投稿・変更していません。{ -event }の「{ button-detail }」→「{ button-link }」から入れると、参加者だけが読めます。
refused-blank = 何も書かれていない欄があるため、受け付けませんでした。

## コマンドと項目の名前（小文字で 32 文字まで。空白は使えません）

name-invite = お誘い
name-create = 作成
name-duplicate = 複製
name-drafts = 下書き
name-templates = テンプレート
name-name = 名前
name-repeat = 繰り返し
name-list = 一覧
name-mine = 自分
name-history = 履歴
name-show = 詳細
name-add = 追加
name-remove = 外す
name-reminders = リマインダー
name-calendar = カレンダー
name-mydata = マイデータ
name-export = 書き出し
name-erase = 消去
name-setup = 設定
name-staff = スタッフ
name-audit = 監査ログ
name-log = 種類
name-ticket = チケット
name-panel = 受付
name-close = 閉じる
name-transfer = 担当変更
name-transcript = 記録
name-id = 募集
name-tag = タグ
name-member = メンバー
name-person = メンバー
name-times = 回数
name-until = まで
name-stop = やめる
name-status = 状態
name-search = 検索
name-pin = 固定
name-from = いつから

## コマンドと項目の説明（100 文字まで）

command-invite = { -event }を作る、見る、変える
command-create = { -event }を作成する
command-drafts = 作りかけの{ -event }を開く
command-templates = テンプレートから{ -event }を作る、一覧を見る、削除する
command-duplicate = 前の{ -event }をコピーして作る
command-repeat = { -event }を毎週繰り返す・やめる
command-list = { -event }の一覧を見る
command-mine = 自分が主催・共同主催する{ -event }を見る
command-history = 参加した{ -event }を見る
command-show = { -event }を一つ見る
command-add = 参加者を追加する（主催者、共同主催、スタッフ）
command-remove = 参加者を外す（主催者、共同主催、スタッフ）
command-reminders = 開始前のリマインダー: オン / オフ
command-calendar = カレンダーアプリに入れるアドレスを見る
command-mydata = 自分のデータ
command-export = 自分について保存されているデータを受け取る
command-erase = 自分について保存されているデータを消す
command-setup = このサーバーでの使い方を設定する
command-staff = スタッフ用のコマンド
command-audit = 誰がいつ何をしたかを見る
command-ticket = チケット（スタッフへの相談）
command-ticket_panel = チケットの受付をこのチャンネルに置く（スタッフ）
command-ticket_close = このチケットを閉じる
command-ticket_transfer = このチケットの担当を替える（スタッフ）
command-ticket_add = このチケットに人を追加する（スタッフ）
command-ticket_remove = このチケットから人を外す（スタッフ）
command-ticket_transcript = このチケットの記録を受け取る
command-ticket_list = 開いているチケットの一覧（スタッフ）
command-ticket_history = 自分のチケットの一覧

option-invitation = イベント名（一部でも）、{ -event }の ID、リンク、スレッド
option-template = { -draft }を作るテンプレート（選ばなければ一覧）
option-own_invitation = 自分の{ -event }のイベント名（一部でも）、ID、リンク、スレッド
option-repeated = 繰り返す{ -event }のイベント名（一部でも）、ID、リンク、スレッド
option-times = あと何回繰り返すか（1〜52）
option-until = いつまで繰り返すか（最後の日。サーバーのタイムゾーンで）。例: 12/31、来週土曜、2026-12-31
option-stop = 繰り返しをやめる（この回が最後になります）
option-added = 追加する人
option-removed = 外す人
option-reminders = 参加するすべての{ -event }について
option-person = 対象のメンバー
option-wanted_tag = このタグだけ
option-any_status = この状態だけ
option-wanted_status = この状態だけ（選ばなければ募集中と満員）
option-search = イベント名・ワールド名・主催者名に含まれる言葉
option-pin = このチャンネルに置いて、自動で更新する（スタッフ）
option-from = この日から（サーバーのタイムゾーンで）。例: 今日、土曜、12/5
option-audited_invitation = この{ -event }についてだけ（イベント名、ID、リンク、スレッド）
option-audited_member = この人がしたことだけ
option-audited_log = 募集とチケットのどちらのログか（選ばなければ募集）
