-- +goose Up
-- The State whose national telephone numbers were meant when this was recorded: a
-- node that is configured anew later must not read its past another way.
ALTER TABLE evidence_signal ADD COLUMN home TEXT NOT NULL DEFAULT '';

-- Who asked that an import be taken back; empty: nobody.
ALTER TABLE evidence_import ADD COLUMN undone_by TEXT NOT NULL DEFAULT '';
