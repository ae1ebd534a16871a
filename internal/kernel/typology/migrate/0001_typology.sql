-- +goose Up
-- Derived from evidence by rules; rebuilt identically (invariant 2).
CREATE TABLE typology_finding (
    id       TEXT   PRIMARY KEY,
    rule     TEXT   NOT NULL,
    version  TEXT   NOT NULL,
    entity   TEXT   NOT NULL,
    outcome  TEXT   NOT NULL CHECK (outcome IN ('fired', 'protect', 'not_assessable')),
    at       BIGINT NOT NULL,  -- observed time of the signal that made it fire
    seq      BIGINT NOT NULL,
    reasons  TEXT   NOT NULL   -- JSON: signals, counts, missing data; ids and codes only
);
CREATE INDEX typology_finding_entity ON typology_finding (entity);

CREATE TABLE typology_lead (
    id        TEXT   PRIMARY KEY,
    rule      TEXT   NOT NULL,
    entity    TEXT   NOT NULL,
    finding   TEXT   NOT NULL,
    state     TEXT   NOT NULL CHECK (state IN ('open', 'dismissed')),
    protected BOOLEAN NOT NULL,
    child     BOOLEAN NOT NULL,
    score     BIGINT NOT NULL,
    persons   BIGINT NOT NULL,
    raised    BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    seq       BIGINT NOT NULL,  -- of the last signal that changed it
    verdict   TEXT   NOT NULL   -- signal of the dismissal, or empty
);
CREATE INDEX typology_lead_entity ON typology_lead (entity);

CREATE TABLE typology_recipient (
    lead         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    score        BIGINT NOT NULL,
    PRIMARY KEY (lead, organisation)
);
CREATE INDEX typology_recipient_queue ON typology_recipient (organisation, state, score);

-- Places and organisations that a directory lists: many people have to do with
-- them for no other reason than that they are there.
CREATE TABLE typology_known (
    entity TEXT PRIMARY KEY,
    signal TEXT NOT NULL
);

-- Where a rule's leads are brought: configuration of the node, not derived.
CREATE TABLE typology_route (
    rule         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    PRIMARY KEY (rule, organisation)
);
