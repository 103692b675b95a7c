-- Holds for every write from here on, and looks at no row that stands.

ALTER TABLE participants
  ADD CONSTRAINT chk_participant_metadata CHECK (metadata IS NOT NULL) NOT VALID;
