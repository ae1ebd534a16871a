-- +goose Up
-- One row gives the order of recording. Its lock is held until commit, so the
-- order of seq is the order in which signals became visible: whoever reads up to
-- seq n has read everything up to n.
CREATE TABLE evidence_head (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL
);
INSERT INTO evidence_head (one, seq) VALUES (1, 0);

CREATE TABLE evidence_import (
    id           TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    actor        TEXT   NOT NULL,
    format       TEXT   NOT NULL,
    started_at   BIGINT NOT NULL
);

CREATE TABLE evidence_signal (
    id           TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    ref          TEXT   NOT NULL,   -- the source's own reference
    revision     BIGINT NOT NULL,   -- 1; the next one after a retraction
    kind         TEXT   NOT NULL,
    observed     BIGINT NOT NULL,
    recorded     BIGINT NOT NULL,
    grade        TEXT   NOT NULL,
    handling     TEXT   NOT NULL,   -- JSON of Handling
    import       TEXT   NOT NULL,   -- empty: not by import
    seq          BIGINT NOT NULL UNIQUE,
    coded        TEXT   NOT NULL,   -- JSON: codes of standards only
    relations    TEXT   NOT NULL,   -- JSON: indexes and kinds only
    subject      TEXT   NOT NULL,
    narrative    BYTEA,             -- sealed
    content      BYTEA  NOT NULL,   -- keyed digest of what was sent: tells "again" from "changed"
    UNIQUE (organisation, ref, revision)
);
CREATE INDEX evidence_signal_import ON evidence_signal (import, seq);

CREATE TABLE evidence_mention (
    id      TEXT   PRIMARY KEY,
    signal  TEXT   NOT NULL REFERENCES evidence_signal (id),
    n       BIGINT NOT NULL,        -- 1-based place in the signal
    kind    TEXT   NOT NULL,
    role    TEXT   NOT NULL,
    age     TEXT   NOT NULL,
    of      BIGINT NOT NULL,
    subject TEXT   NOT NULL,
    details BYTEA,                  -- sealed
    UNIQUE (signal, n)
);

-- Which signals were taken back, and by which later signal.
CREATE TABLE evidence_retracted (
    signal TEXT PRIMARY KEY REFERENCES evidence_signal (id),
    by     TEXT NOT NULL
);
CREATE INDEX evidence_retracted_by ON evidence_retracted (by);
