-- +goose Up
-- Whether the law protects whom an entity is, or whose: so that a list need not read
-- roles. What is derived already counts as guarded until it is derived anew, by
-- lodestar rebuild: it is shown to too few, and not to too many.
ALTER TABLE graph_entity ADD COLUMN guarded BOOLEAN NOT NULL DEFAULT TRUE;
