-- The message that lists a guild's open events, where staff have pinned one.

ALTER TABLE guilds
  ADD COLUMN list_channel_id VARCHAR(20),
  ADD COLUMN list_message_id VARCHAR(20);
ALTER TABLE guilds
  ADD CONSTRAINT chk_guild_list
    CHECK (
      list_channel_id ~ '^[0-9]{1,20}$'
      AND list_message_id ~ '^[0-9]{1,20}$'
      AND (list_channel_id IS NULL) = (list_message_id IS NULL)
    ) NOT VALID;
COMMENT ON COLUMN guilds.list_channel_id IS '開いている募集の一覧を固定したチャンネル（NULLなら固定していない）';
COMMENT ON COLUMN guilds.list_message_id IS '固定した一覧のメッセージ';
