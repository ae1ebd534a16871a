-- +goose Up
-- The review clock of each open case: when it is to be looked at again, and
-- whether the node has asked for it. A move winds it anew.
CREATE TABLE casework_review (
    "case"       TEXT   PRIMARY KEY REFERENCES casework_case (id),
    organisation TEXT   NOT NULL,
    due          BIGINT NOT NULL,  -- the beginning of a day of the State
    asked_at     BIGINT NOT NULL   -- 0: not yet
);
CREATE INDEX casework_review_due ON casework_review (organisation, due);
