-- +goose Up
-- Who may open her own page: whoever holds the code. The code itself is kept nowhere;
-- its keyed digest finds the row and gives nothing back.
CREATE TABLE receipt_code (
    token        TEXT   PRIMARY KEY,  -- HMAC of the digits under a key of the node
    "case"       TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    issued_by    TEXT   NOT NULL,
    issued_at    BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL      -- 0: it opens
);
CREATE INDEX receipt_code_case ON receipt_code ("case");

-- What she asked or complained of, and the answer.
CREATE TABLE receipt_message (
    "case"      TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    subject     TEXT   NOT NULL,      -- hers: forgetting her forgets it
    kind        TEXT   NOT NULL CHECK (kind IN ('question', 'complaint')),
    words       BYTEA  NOT NULL,      -- sealed
    at          BIGINT NOT NULL,
    answer      BYTEA,                -- sealed
    answered_at BIGINT NOT NULL,      -- 0: not yet
    PRIMARY KEY ("case", n)
);
