-- +goose Up
-- Who speaks for her, in what, from when until when.
CREATE TABLE rights_mandate (
    "case"   TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    scope    TEXT   NOT NULL,  -- codes, a space between two
    holder   TEXT   NOT NULL,  -- the user who holds it
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL,  -- 0: until it is ended
    ended_at BIGINT NOT NULL,  -- 0: it holds
    PRIMARY KEY ("case", n)
);

-- An offence that she was compelled to commit (OSCE declaration 2011, ¶10).
CREATE TABLE rights_act (
    "case"  TEXT   NOT NULL,
    n       BIGINT NOT NULL,
    offence TEXT   NOT NULL,  -- a code
    month   TEXT   NOT NULL,  -- YYYY-MM; empty: not known
    custody TEXT   NOT NULL CHECK (custody IN ('free', 'detained', 'remanded', 'serving', 'unknown')),
    link    BYTEA,            -- sealed: how it hangs together with the exploitation
    made_at BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

-- A request that she is not punished for it (CETS 197, Article 26).
CREATE TABLE rights_request (
    "case"       TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    organisation TEXT   NOT NULL,  -- who helps her
    act          BIGINT NOT NULL,  -- n of the act it is about
    charge       TEXT   NOT NULL,  -- the charge that raised it by itself; empty: somebody entered the act
    accuser      TEXT   NOT NULL,  -- who recorded that charge; empty: likewise
    state        TEXT   NOT NULL,
    outcome      TEXT   NOT NULL,  -- a code; empty: not decided
    reasons      BYTEA,            -- sealed: why it was refused
    flagged_at   BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL,  -- 0: not decided
    word         TEXT   NOT NULL,  -- her consent under which the prosecutor was told; empty: not told, or by duty
    referral     TEXT   NOT NULL,  -- by which the prosecutor was told; empty: not told
    silent_at    BIGINT NOT NULL,  -- 0: not; else since when nothing further is told
    PRIMARY KEY ("case", n)
);
CREATE INDEX rights_request_of ON rights_request (organisation, flagged_at);
CREATE INDEX rights_request_word ON rights_request (word);
CREATE INDEX rights_request_charge ON rights_request (charge, "case");

-- Compensation by one route (CETS 197, Article 15), in minor units of a currency.
CREATE TABLE rights_claim (
    "case"       TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    organisation TEXT   NOT NULL,
    route        TEXT   NOT NULL CHECK (route IN ('criminal_order', 'civil_claim', 'state_fund', 'wage_claim')),
    state        TEXT   NOT NULL,
    event_at     BIGINT NOT NULL,  -- from which its limitation is counted
    currency     TEXT   NOT NULL,  -- ISO 4217; empty: no amount yet
    asked        BIGINT NOT NULL,
    awarded      BIGINT NOT NULL,
    paid         BIGINT NOT NULL,
    PRIMARY KEY ("case", n),
    UNIQUE ("case", route)
);
CREATE INDEX rights_claim_of ON rights_claim (organisation, currency);

CREATE TABLE rights_payment (
    "case" TEXT   NOT NULL,
    claim  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY ("case", claim, n)
);

-- How a request or a claim came to where it stands.
CREATE TABLE rights_step (
    "case"     TEXT   NOT NULL,
    thing      TEXT   NOT NULL CHECK (thing IN ('request', 'claim')),
    n          BIGINT NOT NULL,  -- of the request or claim
    m          BIGINT NOT NULL,
    from_state TEXT   NOT NULL,
    to_state   TEXT   NOT NULL,
    outcome    TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY ("case", thing, n, m)
);

-- A safe and voluntary return (CETS 197, Article 16).
CREATE TABLE rights_return (
    "case"     TEXT   NOT NULL,
    n          BIGINT NOT NULL,
    word       TEXT   NOT NULL,  -- her consent
    assessment BYTEA,            -- sealed: what awaits her
    follow_up  BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    PRIMARY KEY ("case", n)
);

-- What protects her as a witness (CETS 197, Article 28), and where it was broken.
CREATE TABLE rights_measure (
    "case" TEXT   NOT NULL,
    n      BIGINT NOT NULL,
    code   TEXT   NOT NULL,
    since  BIGINT NOT NULL,
    until  BIGINT NOT NULL,  -- 0: until further notice
    PRIMARY KEY ("case", n)
);

CREATE TABLE rights_breach (
    "case"  TEXT   NOT NULL,
    measure BIGINT NOT NULL,
    n       BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    done    BYTEA,           -- sealed: what was done about it
    PRIMARY KEY ("case", measure, n)
);
