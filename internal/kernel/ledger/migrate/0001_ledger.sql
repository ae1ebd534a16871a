-- +goose Up
-- The one sequencer: whoever holds the lock of this row writes the next line.
CREATE TABLE ledger_head (
    one       BIGINT PRIMARY KEY CHECK (one = 1),
    n         BIGINT NOT NULL, -- lines so far, which is the number of the next one
    signed    BIGINT NOT NULL, -- size of the newest checkpoint, 0 if there is none
    witnessed BIGINT NOT NULL  -- rows of ledger_witness
);
INSERT INTO ledger_head (one, n, signed, witnessed) VALUES (1, 0, 0, 0);

-- One line per act, reading or refusal. body is the leaf of the Merkle tree;
-- the columns before it repeat parts of it for search and are never trusted.
-- hashes are the hashes that this line completes: its leaf, then the roots of
-- the perfect subtrees that end with it, 32 bytes each.
CREATE TABLE ledger_line (
    n            BIGINT PRIMARY KEY,
    id           TEXT   NOT NULL UNIQUE,
    at           BIGINT NOT NULL,
    actor        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    verb         TEXT   NOT NULL,
    purpose      TEXT   NOT NULL,
    outcome      TEXT   NOT NULL,
    body         BYTEA  NOT NULL,
    hashes       BYTEA  NOT NULL
);
CREATE INDEX ledger_line_actor ON ledger_line (actor, n);

-- What a line was about. The line itself holds only a salted commitment to each
-- of these rows, so that the row can be destroyed and the line still verifies.
CREATE TABLE ledger_opening (
    n       BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    ref     TEXT   NOT NULL,
    salt    BYTEA  NOT NULL,
    PRIMARY KEY (n, ordinal)
);
CREATE INDEX ledger_opening_ref ON ledger_opening (kind, ref, n);

-- Signed tree heads (C2SP tlog-checkpoint), each naming the one before it.
CREATE TABLE ledger_checkpoint (
    size     BIGINT PRIMARY KEY,
    previous BIGINT NOT NULL,
    note     TEXT   NOT NULL
);

-- The newest checkpoint of each other node's log that this node countersigned.
CREATE TABLE ledger_witness (
    origin TEXT   PRIMARY KEY,
    size   BIGINT NOT NULL,
    note   TEXT   NOT NULL
);
