-- What one member pressed on one invitation, in the order of the presses: a press that arrives
-- after a later one was handled is refused. Releases before this write neither column.

ALTER TABLE inbox
  ADD COLUMN press_lane bigint,
  ADD COLUMN pressed bigint;

COMMENT ON COLUMN inbox.press_lane IS '会員と募集の組から作るハッシュ値（押した順を守る操作だけ）';
COMMENT ON COLUMN inbox.pressed IS '押した順（DiscordのインタラクションID）';
