-- +goose Up
-- A person in casework, known to one organisation only: there is no register of
-- all victims. Every value that could name her is sealed under her own key.
CREATE TABLE casework_person (
    id           TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    alias        BYTEA,            -- sealed: her own word for herself
    name         BYTEA,            -- sealed, often absent
    phone        BYTEA,            -- sealed
    safety       TEXT   NOT NULL CHECK (safety IN ('safe', 'conditions', 'unsafe', 'unknown')),
    language     TEXT   NOT NULL,  -- ISO 639
    age          TEXT   NOT NULL CHECK (age IN ('', 'adult', 'child')),
    erased       BOOLEAN NOT NULL
);

CREATE TABLE casework_case (
    id           TEXT   PRIMARY KEY,
    type         TEXT   NOT NULL,
    code         TEXT   NOT NULL UNIQUE,  -- what people say aloud
    state        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    person       TEXT   NOT NULL REFERENCES casework_person (id),
    lead         TEXT   NOT NULL,         -- empty: opened from first contact
    signal       TEXT   NOT NULL,
    risk         TEXT   NOT NULL CHECK (risk IN ('unknown', 'low', 'moderate', 'high', 'now')),
    note         BYTEA,                   -- sealed narrative
    opened_at    BIGINT NOT NULL,
    moved_at     BIGINT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX casework_case_of ON casework_case (organisation, moved_at);
CREATE INDEX casework_case_person ON casework_case (person);

CREATE TABLE casework_move (
    "case"       TEXT   NOT NULL REFERENCES casework_case (id),
    n            BIGINT NOT NULL,
    verb         TEXT   NOT NULL,
    from_state   TEXT   NOT NULL,
    to_state     TEXT   NOT NULL,
    reason       TEXT   NOT NULL,  -- a code
    actor        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

CREATE TABLE casework_task (
    id           TEXT   PRIMARY KEY,
    "case"       TEXT   NOT NULL REFERENCES casework_case (id),
    organisation TEXT   NOT NULL,
    kind         TEXT   NOT NULL,  -- a code: risk_assessment, medical, …
    state        TEXT   NOT NULL CHECK (state IN ('open', 'done')),
    due          BIGINT NOT NULL,
    made_at      BIGINT NOT NULL,
    done_at      BIGINT NOT NULL
);
CREATE INDEX casework_task_due ON casework_task (organisation, state, due);
CREATE INDEX casework_task_case ON casework_task ("case");

CREATE TABLE casework_referral (
    id           TEXT   PRIMARY KEY,
    "case"       TEXT   NOT NULL REFERENCES casework_case (id),
    person       TEXT   NOT NULL,
    organisation TEXT   NOT NULL,  -- who sends
    recipient    TEXT   NOT NULL,  -- who is asked
    service      TEXT   NOT NULL,
    need         TEXT   NOT NULL,  -- a code
    consent      TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    reason       TEXT   NOT NULL,  -- a code, on decline or revocation
    payload      BYTEA,            -- sealed: exactly the consented fields; purged on revocation
    sent_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    delivered_at BIGINT NOT NULL,  -- 0: not yet opened by the recipient
    answered_at  BIGINT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX casework_referral_case ON casework_referral ("case");
CREATE INDEX casework_referral_inbox ON casework_referral (recipient, state, sent_at);

-- What somebody has begun and not yet sent, sealed; one per user and form.
CREATE TABLE casework_draft (
    owner      TEXT   NOT NULL,
    form       TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    body       BYTEA  NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner, form)
);
