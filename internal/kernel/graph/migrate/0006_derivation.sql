-- +goose Up
-- By which version of the derivation everything here was derived (derivation.go).
-- What stands here already was derived by one that did not count.
ALTER TABLE graph_cursor ADD COLUMN derivation BIGINT NOT NULL DEFAULT 0;
