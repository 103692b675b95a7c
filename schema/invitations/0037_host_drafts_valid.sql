ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_complete;
ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_open;
ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_typed;
ALTER TABLE drafts VALIDATE CONSTRAINT chk_draft_published_typed;
