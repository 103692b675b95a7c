-- A weekly event keeps its time of day in the zone of its guild. In the week in which the clocks skip
-- that time it starts later, and afterwards it must come back to its own time.

ALTER TABLE repetitions
  -- squawk-ignore prefer-timestamp-tz -- a time that the clocks do not show is no moment
  ADD COLUMN skipped_start TIMESTAMP(0);

COMMENT ON COLUMN repetitions.skipped_start IS 'いまの回の本来の現地開始時刻（夏時間で飛ばされて遅くなるときだけ）';
COMMENT ON COLUMN repetitions.until_date IS '最後の開始日（サーバーのタイムゾーンの日付、回数で終わるときはNULL）';
