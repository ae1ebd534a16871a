-- +goose Up
-- A disclosure under a duty of the law. What went stands in its referral; here
-- stands why, who looked at it afterwards, and when she was told.
CREATE TABLE disclosure_emergency (
    referral    TEXT    PRIMARY KEY,
    "case"      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,  -- hers: forgetting her forgets the reason
    duty        TEXT    NOT NULL,  -- its code in the law of the State
    wording     TEXT    NOT NULL,  -- as it was that day
    source      TEXT    NOT NULL,
    reason      BYTEA   NOT NULL,  -- sealed narrative
    discloser   TEXT    NOT NULL,
    at          BIGINT  NOT NULL,
    tell_by     BIGINT  NOT NULL,  -- 0: without delay; else the recorded end of the delay
    verdict     TEXT    NOT NULL CHECK (verdict IN ('', 'right', 'wrong')),
    reviewer    TEXT    NOT NULL,
    reviewed_at BIGINT  NOT NULL,  -- 0: not yet
    told_at     BIGINT  NOT NULL   -- 0: not yet
);
CREATE INDEX disclosure_emergency_case ON disclosure_emergency ("case", at);
