-- +goose Up
-- A period of law that runs in a case, with the law as it was when it began: a
-- later change of the law does not rewrite it (protection.md §4, P7). met_at is
-- when what it waits for happened, missed_at when its end passed before that.
CREATE TABLE casework_clock (
    "case"       TEXT   NOT NULL REFERENCES casework_case (id),
    rule         TEXT   NOT NULL,  -- its name in the law of the State
    n            BIGINT NOT NULL,  -- a period can begin anew
    organisation TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    unit         TEXT   NOT NULL CHECK (unit IN ('hour', 'calendar_day', 'working_day', 'month')),
    pauses       TEXT   NOT NULL,  -- events that stop it, a space between two
    source       TEXT   NOT NULL,
    started_at   BIGINT NOT NULL,
    due          BIGINT NOT NULL,  -- 0: it stands still
    warn         BIGINT NOT NULL,  -- 0: it stands still
    warned_at    BIGINT NOT NULL,  -- 0: not yet
    missed_at    BIGINT NOT NULL,  -- 0: not
    met_at       BIGINT NOT NULL,  -- 0: it runs
    PRIMARY KEY ("case", rule, n)
);
CREATE INDEX casework_clock_due ON casework_clock (organisation, met_at, due);

-- What stops a clock, and for how long: events that the law names.
CREATE TABLE casework_pause (
    "case"   TEXT   NOT NULL,
    rule     TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    event    TEXT   NOT NULL,
    from_at  BIGINT NOT NULL,
    until_at BIGINT NOT NULL,      -- 0: it lasts
    PRIMARY KEY ("case", rule, n, event, from_at),
    FOREIGN KEY ("case", rule, n) REFERENCES casework_clock ("case", rule, n)
);
