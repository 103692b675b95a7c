-- Every new row has it, from an old or a new process; existing rows get it in 0002.

ALTER TABLE participants ADD COLUMN metadata jsonb;

-- Apart from ADD COLUMN: together they would give a value to every row that stands, at once.
ALTER TABLE participants ALTER COLUMN metadata SET DEFAULT '{}';
