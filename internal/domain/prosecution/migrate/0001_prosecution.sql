-- +goose Up
-- A charge as the prosecution recorded it for itself. It names no case, and no case is to be seen
-- from it.
CREATE TABLE prosecution_charge (
    id           TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    name         BYTEA,            -- sealed under a key of its own
    offence      TEXT   NOT NULL,
    month        TEXT   NOT NULL,
    custody      TEXT   NOT NULL CHECK (custody IN ('free', 'detained', 'remanded', 'serving', 'unknown')),
    made_at      BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL   -- 0: it stands; else the name is gone
);
CREATE INDEX prosecution_charge_of ON prosecution_charge (organisation, ended_at, made_at);
