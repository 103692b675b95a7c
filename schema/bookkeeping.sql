-- Which file was applied to which service's schema. Run after roles.sql on every run, so every statement
-- can be repeated. A migration's row is written in the transaction of its statements.

CREATE SCHEMA IF NOT EXISTS migrations AUTHORIZATION doukikai_owner;

SET LOCAL ROLE doukikai_owner;

CREATE TABLE IF NOT EXISTS migrations.applied (
  service text NOT NULL,
  migration text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (service, migration)
);

COMMENT ON TABLE migrations.applied IS '適用済みのマイグレーション（サービスのスキーマごと）';
COMMENT ON COLUMN migrations.applied.migration IS 'フォルダとファイル名（例: tickets/0002_requests）';
COMMENT ON COLUMN migrations.applied.sha256 IS '適用したファイルのSHA-256（改行コードの違いは含まない）';
