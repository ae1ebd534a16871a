-- +goose Up
-- What a person is shown later, by a recorded decision with an end: what was done by
-- verbs that begin so, or by this organisation, from this moment on.
CREATE TABLE casework_delay (
    "case"       TEXT   NOT NULL REFERENCES casework_case (id),
    n            BIGINT NOT NULL,
    verbs        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    by_user      TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    until        BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);
