-- +goose Up
-- A person's word. Rows are added, never changed: what is true now follows from
-- the last row of a consent (see consent_word.n).
CREATE TABLE consent_word (
    consent      TEXT    NOT NULL,
    n            BIGINT  NOT NULL,   -- 1, 2, … : given, narrowed, withdrawn
    state        TEXT    NOT NULL CHECK (state IN ('given', 'refused', 'narrowed', 'withdrawn')),
    person       TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    recipient    TEXT    NOT NULL,
    classes      BIGINT  NOT NULL,   -- the groups of fields it covers, as a set of bits
    until        BIGINT  NOT NULL,   -- microseconds; consent without an end is not asked for
    spoken_by    TEXT    NOT NULL CHECK (spoken_by IN ('self', 'guardian', 'best_interests')),
    language     TEXT    NOT NULL,   -- in which she was asked (ISO 639)
    interpreter  BOOLEAN NOT NULL,
    notice       TEXT    NOT NULL,   -- version of the notice she was given
    capacity     BOOLEAN NOT NULL,   -- she understood and was free to say no
    recorded_by  TEXT    NOT NULL,
    recorded_at  BIGINT  NOT NULL,
    PRIMARY KEY (consent, n)
);
CREATE INDEX consent_word_person ON consent_word (person, consent, n);
