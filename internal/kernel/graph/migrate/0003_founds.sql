-- +goose Up
-- The name of the entity that a mention founds when it stands alone: by it the
-- name of one that was merged leads to the one it became part of. What is derived
-- already gets it, like everything, by lodestar rebuild.
ALTER TABLE graph_mention ADD COLUMN founds TEXT NOT NULL DEFAULT '';
CREATE INDEX graph_mention_founds ON graph_mention (founds);
