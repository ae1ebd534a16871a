-- +goose Up
-- Tokens with which systems come in, under the SHA-256 of their text. A token
-- opens what its user may do with these roles, and never more.
CREATE TABLE signin_token (
    token_hash BYTEA  PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES signin_user (id),
    roles      TEXT   NOT NULL, -- sorted, separated by one space
    until      BIGINT NOT NULL
);
CREATE INDEX signin_token_user ON signin_token (user_id);
