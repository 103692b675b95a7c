### カレンダーの言葉です。

calendar-member = 自分の予定
calendar-guild = 募集

event-plain = { $event }
event-cancelled = 【中止】{ $event }
event-waitlisted = 【キャンセル待ち】{ $event }
event-interested = 【興味あり】{ $event }
event-hosted = 【主催】{ $event }

host = 主催: { $name }
