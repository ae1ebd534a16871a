-- +goose Up
-- A source's own reference may name somebody ("Jane Doe 12.3.1999"): ref is from
-- now on a keyed digest of it, by which the same signal is known again, and named
-- is the reference itself, sealed. A reference that stands here already cannot be
-- keyed by SQL: it is dropped.
ALTER TABLE evidence_signal ADD COLUMN named BYTEA;
UPDATE evidence_signal SET ref = id;
