-- +goose Up
-- The only copy of each person's key set, wrapped by the node's key. It lives in
-- a file (or schema) of its own, with its own backup and a short retention:
-- otherwise every backup would undo an erasure.
CREATE TABLE seal_key (
    subject TEXT   PRIMARY KEY,
    wrapped BYTEA  NOT NULL
);

-- Keys of the node itself (the key of the search tokens), wrapped the same way.
CREATE TABLE seal_node_key (
    name    TEXT   PRIMARY KEY,
    wrapped BYTEA  NOT NULL
);
