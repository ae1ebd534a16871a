-- +goose Up
-- n is raised in the transaction that destroys a key set: by it a process knows
-- that what it unwrapped earlier may be somebody's who was forgotten since.
CREATE TABLE seal_epoch (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    n   BIGINT NOT NULL
);
INSERT INTO seal_epoch (one, n) VALUES (1, 0);
