-- One relay publishes at a time: it locks this row until its batch is committed. An advisory lock did this
-- before, which any role of the database could take.

CREATE TABLE relay_lease (
  is_only boolean PRIMARY KEY DEFAULT TRUE,

  CONSTRAINT chk_relay_lease_only CHECK (is_only)
);

INSERT INTO relay_lease DEFAULT VALUES;

-- The service locks the row, which takes the right to update it. Without the row no relay would publish.
DO $$
BEGIN
  EXECUTE format('REVOKE INSERT, DELETE ON relay_lease FROM %I', current_schema());
END
$$;

COMMENT ON TABLE relay_lease IS '送信役の印（この1行をロックしたプロセスだけがoutboxを送る）';
