-- New rows have it from here on, whoever writes them; rows that stand get it by and by.

ALTER TABLE participants ADD COLUMN metadata jsonb;

-- Apart from ADD COLUMN: together they would give a value to every row that stands, at once.
ALTER TABLE participants ALTER COLUMN metadata SET DEFAULT '{}';
