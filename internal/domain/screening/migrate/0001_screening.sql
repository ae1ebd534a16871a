-- +goose Up
-- An interview that was held; a later one of the same family supersedes it in what
-- is shown, and leaves it as it was.
CREATE TABLE screening_interview (
    id         TEXT   PRIMARY KEY,
    "case"     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,  -- hers: forgetting her forgets the answers
    family     TEXT   NOT NULL,
    instrument TEXT   NOT NULL,  -- the list by which it was weighed
    version    BIGINT NOT NULL,
    age        TEXT   NOT NULL,  -- as it was known that day: '', adult or child
    pass       TEXT   NOT NULL CHECK (pass IN ('short', 'long')),
    answers    BYTEA  NOT NULL,  -- sealed
    held_by    TEXT   NOT NULL,
    held_at    BIGINT NOT NULL
);
CREATE INDEX screening_interview_case ON screening_interview ("case", held_at);
