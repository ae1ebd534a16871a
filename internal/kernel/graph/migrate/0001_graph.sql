-- +goose Up
-- All of this is derived: it follows from the signals in the order of their seq,
-- and can be wiped and made anew. A mention's place is its signal's seq and its
-- number in the signal (see place.go): the order of everything here. An entity is
-- known inside by the place of its first mention, its founder.

-- How far the signals have been followed. step is how far within the next one,
-- where one signal changes too much for one act; changes counts the acts that
-- changed anything here.
CREATE TABLE graph_cursor (
    one     BIGINT PRIMARY KEY CHECK (one = 1),
    seq     BIGINT NOT NULL,
    step    BIGINT NOT NULL,
    changes BIGINT NOT NULL
);
INSERT INTO graph_cursor (one, seq, step, changes) VALUES (1, 0, 0, 0);

CREATE TABLE graph_mention (
    place        BIGINT  PRIMARY KEY,
    mention      TEXT    NOT NULL UNIQUE,
    signal       TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    age          TEXT    NOT NULL,
    organisation TEXT    NOT NULL, -- the source
    observed     BIGINT  NOT NULL,
    grade        TEXT    NOT NULL,
    handling     TEXT    NOT NULL, -- H0 to H3
    blank        BOOLEAN NOT NULL, -- erased: it says nothing any more
    entity       BIGINT  NOT NULL,
    keys         BYTEA   NOT NULL  -- packed: see keys.go
);
CREATE INDEX graph_mention_entity ON graph_mention (entity, place);

-- Which mentions bear a key. A token is a keyed digest (seal.Vault.Token).
CREATE TABLE graph_token (
    token BYTEA  NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (token, place)
);

-- Two mentions that are, or may be, of one entity; a is the earlier.
CREATE TABLE graph_pair (
    a      BIGINT  NOT NULL,
    b      BIGINT  NOT NULL,
    state  TEXT    NOT NULL, -- same or doubt, by the machine
    score  BIGINT  NOT NULL, -- thousandths of a bit
    levels TEXT    NOT NULL, -- how well each field agrees; empty: one identifier
    asked  BOOLEAN NOT NULL, -- doubtful, and nobody has judged it
    PRIMARY KEY (a, b)
);
CREATE INDEX graph_pair_b ON graph_pair (b);
CREATE INDEX graph_pair_asked ON graph_pair (score, a, b) WHERE asked;

-- Pairs still to be weighed after something was forgotten; and, with b = 0, the
-- entities that the forgetting changed.
CREATE TABLE graph_due (
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    PRIMARY KEY (a, b)
);

-- What people said: the mentions on one side and on the other.
CREATE TABLE graph_verdict (
    seq     BIGINT NOT NULL,
    place   BIGINT NOT NULL,
    side    BIGINT NOT NULL, -- 1 or 2
    verdict TEXT   NOT NULL, -- same, different or unsure
    signal  TEXT   NOT NULL,
    PRIMARY KEY (seq, place)
);
CREATE INDEX graph_verdict_place ON graph_verdict (place);

CREATE TABLE graph_entity (
    founder  BIGINT  PRIMARY KEY,
    entity   TEXT    NOT NULL UNIQUE,
    kind     TEXT    NOT NULL,
    mentions BIGINT  NOT NULL,
    first    BIGINT  NOT NULL, -- observed
    last     BIGINT  NOT NULL,
    roles    TEXT    NOT NULL, -- sorted words
    ages     TEXT    NOT NULL, -- sorted words
    divided  BOOLEAN NOT NULL  -- a person judged it, or something keeps it apart from what it seems the same as
);

-- One row for each relation of each signal.
CREATE TABLE graph_link (
    place        BIGINT PRIMARY KEY,
    signal       TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    from_mention BIGINT NOT NULL,
    to_mention   BIGINT NOT NULL,
    from_entity  BIGINT NOT NULL,
    to_entity    BIGINT NOT NULL,
    observed     BIGINT NOT NULL,
    grade        TEXT   NOT NULL,
    organisation TEXT   NOT NULL
);
CREATE INDEX graph_link_from ON graph_link (from_entity, kind, observed);
CREATE INDEX graph_link_to ON graph_link (to_entity, kind, observed);

-- The weights in force from a signal on.
CREATE TABLE graph_model (
    seq    BIGINT PRIMARY KEY,
    signal TEXT NOT NULL,
    body   TEXT NOT NULL
);
