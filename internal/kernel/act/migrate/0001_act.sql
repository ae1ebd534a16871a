-- +goose Up
-- An act that waits for a second pair of eyes. What was asked for is sealed under
-- the key of the person it is about, so that forgetting her forgets it too.
CREATE TABLE act_proposal (
    id             TEXT   PRIMARY KEY,
    verb           TEXT   NOT NULL,
    kind           TEXT   NOT NULL,  -- of the record it is about
    record         TEXT   NOT NULL,
    purpose        TEXT   NOT NULL,
    organisation   TEXT   NOT NULL,
    proposer       TEXT   NOT NULL,
    proposer_roles TEXT   NOT NULL,  -- as they were, spaces between
    roles          TEXT   NOT NULL,  -- what the second person must be, spaces between
    subject        TEXT   NOT NULL,
    payload        BYTEA,            -- sealed; gone as soon as it waits no longer
    state          TEXT   NOT NULL CHECK (state IN ('waiting', 'done', 'declined', 'taken_back', 'expired', 'forgotten')),
    reason         TEXT   NOT NULL,  -- a code, on decline
    settled_by     TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    settled_at     BIGINT NOT NULL
);
CREATE INDEX act_proposal_of ON act_proposal (organisation, state, at);
CREATE INDEX act_proposal_subject ON act_proposal (subject);
-- One at a time: two people do not propose past each other.
CREATE UNIQUE INDEX act_proposal_once ON act_proposal (kind, record, verb) WHERE state = 'waiting';
