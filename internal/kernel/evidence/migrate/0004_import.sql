-- +goose Up
-- What became of an import. What was recorded is counted from the signals.
ALTER TABLE evidence_import ADD COLUMN rows     BIGINT NOT NULL DEFAULT 0; -- read so far
ALTER TABLE evidence_import ADD COLUMN rejected BIGINT NOT NULL DEFAULT 0; -- of those
ALTER TABLE evidence_import ADD COLUMN total    BIGINT NOT NULL DEFAULT 0; -- rows of the file; 0: not counted beforehand
ALTER TABLE evidence_import ADD COLUMN state    TEXT   NOT NULL DEFAULT 'running';
ALTER TABLE evidence_import ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX evidence_import_of ON evidence_import (organisation, started_at);

-- A file that waits for a person's word, sealed under a key of its own.
CREATE TABLE evidence_held (
    import  TEXT  PRIMARY KEY REFERENCES evidence_import (id),
    subject TEXT  NOT NULL,
    body    BYTEA NOT NULL
);

-- Why rows were rejected: numbers, fields and reasons, never what stood there.
CREATE TABLE evidence_reject (
    import  TEXT   NOT NULL REFERENCES evidence_import (id),
    n       BIGINT NOT NULL,   -- of the row in its file
    reasons TEXT   NOT NULL,   -- JSON of Reason
    PRIMARY KEY (import, n)
);
