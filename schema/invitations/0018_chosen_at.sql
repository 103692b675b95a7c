-- When a member last chose their part themselves: who had left before that is not taken out by the
-- late news of it, and who was promoted meanwhile is. Without one, in older rows, created_at is asked.

ALTER TABLE participants
  ADD COLUMN chosen_at TIMESTAMPTZ(3);

COMMENT ON COLUMN participants.chosen_at IS '本人が最後に参加状態を選んだ日時（繰り上げでは変わらない。記録のない古い行はNULL）';
