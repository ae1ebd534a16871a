-- +goose Up
-- Who may be at the keyboard. A name is staff data: shown on pages, never logged.
CREATE TABLE signin_user (
    id           TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    roles        TEXT    NOT NULL, -- sorted, separated by one space
    language     TEXT    NOT NULL,
    active       BOOLEAN NOT NULL
);

-- Only signed-in sessions are kept, under the SHA-256 of their token: whoever
-- reads this table cannot become anybody.
CREATE TABLE signin_session (
    token_hash TEXT   PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES signin_user (id),
    data       BYTEA  NOT NULL,
    born       BIGINT NOT NULL,
    seen       BIGINT NOT NULL
);
CREATE INDEX signin_session_user ON signin_session (user_id);

-- record is the whole credential as the library gave it, flags and attestation
-- included: later versions check more than this one does.
CREATE TABLE signin_passkey (
    id      BYTEA  PRIMARY KEY,
    user_id TEXT   NOT NULL REFERENCES signin_user (id),
    record  BYTEA  NOT NULL,
    born    BIGINT NOT NULL,
    used    BIGINT NOT NULL
);
CREATE INDEX signin_passkey_user ON signin_passkey (user_id);

CREATE TABLE signin_invitation (
    code_hash BYTEA  PRIMARY KEY,
    user_id   TEXT   NOT NULL REFERENCES signin_user (id),
    until     BIGINT NOT NULL
);

-- Printed codes: the selector finds the row, the secret is kept as Argon2id.
-- A used code is deleted.
CREATE TABLE signin_code (
    selector TEXT  PRIMARY KEY,
    user_id  TEXT  NOT NULL REFERENCES signin_user (id),
    salt     BYTEA NOT NULL,
    hash     BYTEA NOT NULL
);
CREATE INDEX signin_code_user ON signin_code (user_id);

-- An identity at the organisation's own provider, once it has been seen …
CREATE TABLE signin_identity (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES signin_user (id),
    PRIMARY KEY (issuer, subject)
);

-- … and before: the value of the configured claim by which it will be known.
CREATE TABLE signin_expected (
    issuer  TEXT NOT NULL,
    value   TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES signin_user (id),
    PRIMARY KEY (issuer, value)
);

-- The server's half of a ceremony under way. Taking it deletes it, so that two
-- processes cannot both accept the same challenge.
CREATE TABLE signin_ceremony (
    token_hash BYTEA  PRIMARY KEY,
    kind       TEXT   NOT NULL,
    data       BYTEA  NOT NULL,
    until      BIGINT NOT NULL
);

CREATE TABLE signin_limit (
    key_hash BYTEA  PRIMARY KEY,
    free_at  BIGINT NOT NULL
);
