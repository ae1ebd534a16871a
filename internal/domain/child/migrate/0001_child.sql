-- +goose Up
-- What was said and found about a child's age, only ever added to: what holds now
-- follows from all of it (protection.md §5.8).
CREATE TABLE child_age (
    "case"      TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    kind        TEXT   NOT NULL CHECK (kind IN ('claimed_child', 'claimed_adult', 'disputed', 'determined_child', 'determined_adult')),
    source      TEXT   NOT NULL,  -- a code: who says so
    consent     TEXT   NOT NULL,  -- the word under which a body was looked at; empty: none was
    note        BYTEA,            -- sealed: which document, what was found
    actor       TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

-- The birth of a child as far as it is known. The month is sealed; when she comes
-- of age is not, for the node must wake then.
CREATE TABLE child_birth (
    "case"    TEXT   PRIMARY KEY,
    month     BYTEA,              -- sealed: YYYY-MM
    of_age_at BIGINT NOT NULL
);

CREATE TABLE child_guardian (
    "case"       TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('needed', 'requested', 'appointed', 'ended', 'replaced')),
    guardian     TEXT   NOT NULL,  -- a user; empty: nobody yet
    organisation TEXT   NOT NULL,  -- the guardian's
    custody      TEXT   NOT NULL,  -- answers of the check for a conflict of interest: yes, no
    related      TEXT   NOT NULL,
    reason       TEXT   NOT NULL,  -- a code: why it ended
    requested_at BIGINT NOT NULL,
    appointed_at BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);
CREATE INDEX child_guardian_of ON child_guardian (guardian, state);

CREATE TABLE child_assessment (
    "case"      TEXT    NOT NULL,
    n           BIGINT  NOT NULL,
    action      TEXT    NOT NULL,  -- a code: what is to be done concerning the child
    in_interest BOOLEAN NOT NULL,
    heard       TEXT    NOT NULL,  -- a code: how the child was heard; empty: see unheard
    unheard     TEXT    NOT NULL,  -- a code: why she could not be
    wishes      BYTEA,             -- sealed
    reasons     BYTEA,             -- sealed
    actor       TEXT    NOT NULL,
    at          BIGINT  NOT NULL,
    PRIMARY KEY ("case", n)
);

CREATE TABLE child_determination (
    "case"       TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('triggered', 'information', 'panel', 'decided')),
    question     TEXT   NOT NULL,  -- a code
    outcome      TEXT   NOT NULL,  -- a code; empty until it is decided
    heard        TEXT   NOT NULL,
    unheard      TEXT   NOT NULL,
    wishes       BYTEA,            -- sealed
    options      BYTEA,            -- sealed: what was weighed
    reasons      BYTEA,            -- sealed
    triggered_at BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

-- Who took which part in a determination: whoever collected does not decide.
CREATE TABLE child_part (
    "case"        TEXT   NOT NULL,
    determination BIGINT NOT NULL,
    n             BIGINT NOT NULL,
    part          TEXT   NOT NULL CHECK (part IN ('information', 'panel')),
    actor         TEXT   NOT NULL,
    note          BYTEA,           -- sealed: what was found out
    at            BIGINT NOT NULL,
    PRIMARY KEY ("case", determination, n)
);

CREATE TABLE child_care (
    "case"    TEXT   NOT NULL,
    n         BIGINT NOT NULL,
    kind      TEXT   NOT NULL,  -- a code
    provider  TEXT   NOT NULL,  -- an organisation
    from_at   BIGINT NOT NULL,
    review_at BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,  -- 0: it lasts
    PRIMARY KEY ("case", n)
);

CREATE TABLE child_tracing (
    "case"     TEXT   NOT NULL,
    n          BIGINT NOT NULL,
    assessment BIGINT NOT NULL,  -- that says that it is in the child's interest
    consent    TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

CREATE TABLE child_missing (
    "case"      TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    reported_at BIGINT NOT NULL,  -- to those who search; 0: not yet
    found_at    BIGINT NOT NULL,
    talked_at   BIGINT NOT NULL,
    note        BYTEA,            -- sealed: where, with whom, in what
    talk        BYTEA,            -- sealed: what she told when she was back
    PRIMARY KEY ("case", n)
);

CREATE TABLE child_entry (
    "case" TEXT   NOT NULL,
    n      BIGINT NOT NULL,
    area   TEXT   NOT NULL CHECK (area IN ('school', 'health')),
    status TEXT   NOT NULL,  -- a code
    note   BYTEA,            -- sealed
    at     BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

-- The case of help from which a child's case was opened: it has one at most.
CREATE TABLE child_origin (
    help   TEXT PRIMARY KEY,
    "case" TEXT NOT NULL
);
CREATE INDEX child_origin_case ON child_origin ("case");
