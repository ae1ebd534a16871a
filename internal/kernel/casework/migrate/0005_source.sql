-- +goose Up
-- As whom a case's person was mentioned in the signals that her lead was raised
-- from: what must be forgotten there when she asks for it.
CREATE TABLE casework_source (
    "case"  TEXT NOT NULL REFERENCES casework_case (id),
    mention TEXT NOT NULL,
    PRIMARY KEY ("case", mention)
);
