-- +goose Up
-- How a determination came to the authority, and on what it rests.
CREATE TABLE identification_file (
    "case"   TEXT   PRIMARY KEY,
    referral TEXT   NOT NULL,
    consent  TEXT   NOT NULL,          -- her word; '': a duty of the law
    duty     TEXT   NOT NULL
);
CREATE INDEX identification_file_consent ON identification_file (consent);

-- The decisions, only ever added, each with its standard as it was that day.
CREATE TABLE identification_decision (
    "case"   TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    referral TEXT   NOT NULL,
    stage    TEXT   NOT NULL CHECK (stage IN ('stage1', 'stage2')),
    outcome  TEXT   NOT NULL CHECK (outcome IN ('positive', 'negative', 'reopened', 'upheld')),
    standard TEXT   NOT NULL,
    wording  TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,          -- hers: forgetting her forgets the reasons
    reasons  BYTEA  NOT NULL,          -- sealed narrative
    decider  TEXT   NOT NULL,
    second   TEXT   NOT NULL,          -- '': nobody had to agree
    at       BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);
CREATE INDEX identification_decision_referral ON identification_decision (referral);

-- The time for recovery and reflection.
CREATE TABLE identification_period (
    "case"     TEXT    NOT NULL,
    n          BIGINT  NOT NULL,
    started_at BIGINT  NOT NULL,
    until_at   BIGINT  NOT NULL,       -- the planned end
    law        TEXT    NOT NULL,       -- source of its length
    extended   BOOLEAN NOT NULL,
    ended      TEXT    NOT NULL CHECK (ended IN ('', 'elapsed_and_decided', 'withdrawn', 'public_order')),
    ended_at   BIGINT  NOT NULL,       -- 0: it runs
    subject    TEXT    NOT NULL,
    reasons    BYTEA,                  -- sealed narrative of an extension or an early end
    source     TEXT    NOT NULL,
    decided_by TEXT    NOT NULL,
    PRIMARY KEY ("case", n)
);

-- Residence permits: a renewal is another row.
CREATE TABLE identification_residence (
    "case"   TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    ground   TEXT   NOT NULL CHECK (ground IN ('personal_situation', 'cooperation')),
    until_at BIGINT NOT NULL,
    decider  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

CREATE TABLE identification_flag (
    "case" TEXT   NOT NULL,
    kind   TEXT   NOT NULL CHECK (kind IN ('removal', 'detention')),
    actor  TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY ("case", kind)
);

-- What was notified to an authority: codes to count, and nothing that leads to her.
CREATE TABLE identification_notification (
    id        TEXT PRIMARY KEY,        -- random: it says nothing of the order
    authority TEXT NOT NULL,
    month     TEXT NOT NULL,
    form      TEXT NOT NULL,
    kind      TEXT NOT NULL
);
CREATE INDEX identification_notification_authority ON identification_notification (authority, month);

-- That the duty to notify was done in a case of the sender: once.
CREATE TABLE identification_notified (
    "case" TEXT PRIMARY KEY
);
