-- +goose Up
-- Who can act: the organisations of this node and the services they offer.
CREATE TABLE casework_organisation (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL  -- a code: police, shelter, ngo, health, …
);

CREATE TABLE casework_service (
    id           TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL REFERENCES casework_organisation (id),
    name         TEXT   NOT NULL,
    need         TEXT   NOT NULL,  -- the need it answers, a code
    languages    TEXT   NOT NULL,  -- ISO 639 codes, spaces between
    takes        TEXT   NOT NULL,  -- adult, child, any
    places       BIGINT NOT NULL   -- free now; -1: not counted
);
CREATE INDEX casework_service_need ON casework_service (need);
