-- +goose Up
-- Whether the signals recorded before they remembered their State (0003) have been
-- given the one that the node had: it is known to its configuration, not to SQL.
ALTER TABLE evidence_head ADD COLUMN homed BOOLEAN NOT NULL DEFAULT FALSE;
