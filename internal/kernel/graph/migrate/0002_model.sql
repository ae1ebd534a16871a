-- +goose Up
-- Under which weights a pair got its score: the seq of the signal that brought them,
-- 0 for those of the catalogue.
ALTER TABLE graph_pair ADD COLUMN model BIGINT NOT NULL DEFAULT 0;
