-- A host's draft is a row before it is complete: what was typed is kept with its mistakes, encrypted.
-- It is open until its host posts it; from then on the row is what it was before: a request that
-- waits for its announcement.

ALTER TABLE drafts
  -- squawk-ignore ban-drop-not-null -- chk_draft_complete says it of every row that older code reads
  ALTER COLUMN channel_id DROP NOT NULL,
  -- squawk-ignore ban-drop-not-null -- likewise
  ALTER COLUMN event_name DROP NOT NULL,
  -- squawk-ignore ban-drop-not-null -- likewise
  ALTER COLUMN start_time DROP NOT NULL,
  -- squawk-ignore ban-drop-not-null -- likewise
  ALTER COLUMN end_time DROP NOT NULL,
  -- squawk-ignore ban-drop-not-null -- likewise
  ALTER COLUMN world_name DROP NOT NULL,
  -- squawk-ignore ban-drop-not-null -- likewise
  ALTER COLUMN description DROP NOT NULL,
  -- squawk-ignore ban-drop-not-null -- likewise
  ALTER COLUMN max_participants DROP NOT NULL,
  ADD COLUMN is_open BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN typed VARCHAR(11000),
  ADD COLUMN typed_description VARCHAR(11000),
  ADD COLUMN updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ADD CONSTRAINT chk_draft_complete
    CHECK (num_nonnulls(event_name, start_time, end_time, world_name, description, max_participants)
      = 6 AND channel_id IS NOT NULL
      OR is_open AND num_nonnulls(event_name, start_time, end_time, world_name, description,
        max_participants) IN (0, 6)) NOT VALID,
  ADD CONSTRAINT chk_draft_open
    CHECK (NOT is_open OR typed IS NOT NULL AND invitation_id IS NULL AND reply_to IS NULL)
    NOT VALID,
  ADD CONSTRAINT chk_draft_typed
    CHECK (typed ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'
      AND typed_description ~ '^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$'
      AND num_nulls(typed, typed_description) IN (0, 2)) NOT VALID,
  -- Else a copy of a secret would outlive the draft.
  ADD CONSTRAINT chk_draft_published_typed
    CHECK (invitation_id IS NULL OR typed IS NULL) NOT VALID;

COMMENT ON TABLE drafts IS '下書き（主催者が編集中、またはDiscordへの投稿を待つ募集）';
COMMENT ON COLUMN drafts.is_open IS '編集中か（「投稿する」を押すとFALSE）';
COMMENT ON COLUMN drafts.typed IS '入力されたままの文字（JSONを暗号化。間違いも残す。公開の更新で消す）';
COMMENT ON COLUMN drafts.typed_description IS '入力されたままの説明（暗号化。公開の更新で消す）';
COMMENT ON COLUMN drafts.updated_at IS '最後に変更した日時（編集中の下書きは7日で消える）';

-- Replaced as a whole: the type of a column of a view cannot change, and these texts are longer.
-- squawk-ignore ban-drop-view -- it comes back in this transaction, with the same columns
DROP VIEW sealed_texts;

CREATE VIEW sealed_texts AS
SELECT request_id::text AS row_id, 'instance_link' AS column_name, instance_link AS sealed
  FROM invitations
 WHERE instance_link IS NOT NULL
   AND status IN ('recruiting', 'full')
UNION ALL
SELECT request_id::text, 'vrchat_profile', vrchat_profile
  FROM invitations
 WHERE vrchat_profile IS NOT NULL
   AND status IN ('recruiting', 'full')
UNION ALL
SELECT request_id::text, 'vrchat_profile', vrchat_profile
  FROM drafts
 WHERE vrchat_profile IS NOT NULL
UNION ALL
SELECT owner_id, 'calendar_' || owner_kind, token
  FROM calendars
UNION ALL
SELECT request_id::text, 'draft_typed', typed
  FROM drafts
 WHERE typed IS NOT NULL
UNION ALL
SELECT request_id::text, 'draft_description', typed_description
  FROM drafts
 WHERE typed_description IS NOT NULL;

COMMENT ON VIEW sealed_texts IS '暗号化されたすべての値（鍵の交換用）';
