-- name: InsertAge :exec
INSERT INTO child_age ("case", n, kind, source, consent, note, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: AgesOf :many
SELECT * FROM child_age WHERE "case" = $1 ORDER BY n;

-- name: PutBirth :exec
INSERT INTO child_birth ("case", month, of_age_at) VALUES ($1, $2, $3)
ON CONFLICT ("case") DO UPDATE SET month = excluded.month, of_age_at = excluded.of_age_at;

-- name: BirthOf :one
SELECT * FROM child_birth WHERE "case" = $1;

-- name: PutGuardian :exec
INSERT INTO child_guardian ("case", n, state, guardian, organisation, custody, related, reason, requested_at, appointed_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT ("case", n) DO UPDATE SET state = excluded.state, guardian = excluded.guardian, organisation = excluded.organisation, custody = excluded.custody,
    related = excluded.related, reason = excluded.reason, requested_at = excluded.requested_at, appointed_at = excluded.appointed_at, ended_at = excluded.ended_at;

-- name: GuardiansOf :many
SELECT * FROM child_guardian WHERE "case" = $1 ORDER BY n;

-- name: Wards :many
SELECT "case" FROM child_guardian WHERE guardian = $1 AND state = 'appointed' ORDER BY "case" LIMIT $2;

-- name: InsertAssessment :exec
INSERT INTO child_assessment ("case", n, action, in_interest, heard, unheard, wishes, reasons, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: AssessmentsOf :many
SELECT * FROM child_assessment WHERE "case" = $1 ORDER BY n;

-- name: PutDetermination :exec
INSERT INTO child_determination ("case", n, state, question, outcome, heard, unheard, wishes, options, reasons, triggered_at, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT ("case", n) DO UPDATE SET state = excluded.state, outcome = excluded.outcome, heard = excluded.heard, unheard = excluded.unheard,
    wishes = excluded.wishes, options = excluded.options, reasons = excluded.reasons, decided_at = excluded.decided_at;

-- name: DeterminationsOf :many
SELECT * FROM child_determination WHERE "case" = $1 ORDER BY n;

-- name: InsertPart :exec
INSERT INTO child_part ("case", determination, n, part, actor, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: PartsOf :many
SELECT * FROM child_part WHERE "case" = $1 ORDER BY determination, n;

-- name: PutCare :exec
INSERT INTO child_care ("case", n, kind, provider, from_at, review_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ("case", n) DO UPDATE SET until_at = excluded.until_at;

-- name: CareOf :many
SELECT * FROM child_care WHERE "case" = $1 ORDER BY n;

-- name: InsertTracing :exec
INSERT INTO child_tracing ("case", n, assessment, consent, actor, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: TracingsOf :many
SELECT * FROM child_tracing WHERE "case" = $1 ORDER BY n;

-- name: InsertMissing :exec
INSERT INTO child_missing ("case", n, last_seen, reported_at, found_at, talked_at, note) VALUES ($1, $2, $3, 0, 0, 0, $4);

-- name: MoveMissing :exec
UPDATE child_missing SET reported_at = $1, found_at = $2 WHERE "case" = $3 AND n = $4;

-- name: TellMissing :exec
UPDATE child_missing SET talked_at = $1, talk = $2 WHERE "case" = $3 AND n = $4;

-- name: MissingOf :many
SELECT * FROM child_missing WHERE "case" = $1 ORDER BY n;

-- name: InsertEntry :exec
INSERT INTO child_entry ("case", n, area, status, note, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: EntriesOf :many
SELECT * FROM child_entry WHERE "case" = $1 ORDER BY n;

-- name: InsertOrigin :execrows
INSERT INTO child_origin (help, "case") VALUES ($1, $2) ON CONFLICT (help) DO NOTHING;

-- name: OriginOf :one
SELECT help FROM child_origin WHERE "case" = $1;

-- name: OpenedFrom :one
SELECT "case" FROM child_origin WHERE help = $1;

-- name: BlankAges :exec
UPDATE child_age SET note = NULL WHERE "case" = $1;

-- name: DropBirth :exec
DELETE FROM child_birth WHERE "case" = $1;

-- name: BlankAssessments :exec
UPDATE child_assessment SET wishes = NULL, reasons = NULL WHERE "case" = $1;

-- name: BlankDeterminations :exec
UPDATE child_determination SET wishes = NULL, options = NULL, reasons = NULL WHERE "case" = $1;

-- name: BlankParts :exec
UPDATE child_part SET note = NULL WHERE "case" = $1;

-- name: BlankMissing :exec
UPDATE child_missing SET note = NULL, talk = NULL WHERE "case" = $1;

-- name: BlankEntries :exec
UPDATE child_entry SET note = NULL WHERE "case" = $1;
