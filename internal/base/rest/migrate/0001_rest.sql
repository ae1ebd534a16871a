-- +goose Up
-- The idempotency keys of the last days. Key, request and answer are kept only
-- as keyed hashes and sealed: a request may be about a person. An empty answer
-- is one that is still being made.
CREATE TABLE rest_key (
    hash   BYTEA  PRIMARY KEY,
    print  BYTEA  NOT NULL,
    answer BYTEA  NOT NULL,
    born   BIGINT NOT NULL
);
CREATE INDEX rest_key_born ON rest_key (born);
