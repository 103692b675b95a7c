-- Returns the newest press of a lane that is committed in this moment. A query inside a volatile function sees
-- what was committed after the statement around it began: while that statement waited for the member's lock,
-- another process may have committed a later press.
CREATE FUNCTION newest_press(lane bigint) RETURNS bigint
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT max(inbox.pressed)
    FROM inbox
   WHERE inbox.press_lane = lane;
END;

COMMENT ON FUNCTION newest_press(bigint) IS '会員と募集の組について、確定している最後の操作の順番';
