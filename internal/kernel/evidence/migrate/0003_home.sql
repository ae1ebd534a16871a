-- +goose Up
-- The State whose national telephone numbers were meant when this was recorded: a
-- node that is configured anew later must not read its past another way.
ALTER TABLE evidence_signal ADD COLUMN home TEXT NOT NULL DEFAULT '';
