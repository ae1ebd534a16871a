-- name: Advance :one
UPDATE ledger_head SET n = n + 1 WHERE one = 1 RETURNING n;

-- name: Heads :many
SELECT one, n, signed, witnessed FROM ledger_head ORDER BY one;

-- name: Head :one
SELECT n, signed FROM ledger_head WHERE one = 1;

-- name: AdvanceSigned :execrows
UPDATE ledger_head SET signed = sqlc.arg(size) WHERE one = 1 AND signed = sqlc.arg(previous);

-- name: AdvanceWitnessed :exec
UPDATE ledger_head SET witnessed = witnessed + 1 WHERE one = 1;

-- name: InsertLine :exec
INSERT INTO ledger_line (n, id, at, actor, organisation, verb, purpose, outcome, body, hashes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: InsertOpening :exec
INSERT INTO ledger_opening (n, ordinal, kind, ref, salt) VALUES ($1, $2, $3, $4, $5);

-- name: Hashes :one
SELECT hashes FROM ledger_line WHERE n = $1;

-- name: ForgetRef :many
DELETE FROM ledger_opening WHERE kind = $1 AND ref = $2 RETURNING n, ordinal;

-- name: LineByID :one
SELECT * FROM ledger_line WHERE id = $1;

-- name: LinesByRef :many
SELECT l.* FROM ledger_opening o JOIN ledger_line l ON l.n = o.n
WHERE o.kind = $1 AND o.ref = $2 AND o.n < sqlc.arg(before) ORDER BY o.n DESC LIMIT $3;

-- name: LinesByActor :many
SELECT * FROM ledger_line WHERE actor = $1 AND n < sqlc.arg(before) ORDER BY n DESC LIMIT $2;

-- name: LinesRecent :many
SELECT * FROM ledger_line
WHERE n < sqlc.arg(before)
  AND (organisation = sqlc.arg(organisation) OR sqlc.arg(organisation) = '')
  AND (verb = sqlc.arg(verb) OR sqlc.arg(verb) = '')
  AND (purpose = sqlc.arg(purpose) OR sqlc.arg(purpose) = '')
  AND (outcome = sqlc.arg(outcome) OR sqlc.arg(outcome) = '')
ORDER BY n DESC LIMIT $1;

-- name: LinesFrom :many
SELECT * FROM ledger_line WHERE n >= $1 ORDER BY n LIMIT $2;

-- name: OpeningsOf :many
SELECT * FROM ledger_opening WHERE n = $1 ORDER BY ordinal;

-- name: OpeningsAfter :many
SELECT * FROM ledger_opening WHERE (n, ordinal) > (sqlc.arg(n), sqlc.arg(ordinal)) ORDER BY n, ordinal LIMIT $1;

-- name: InsertCheckpoint :exec
INSERT INTO ledger_checkpoint (size, previous, note) VALUES ($1, $2, $3);

-- name: Checkpoint :one
SELECT note FROM ledger_checkpoint WHERE size = $1;

-- name: UpdateCheckpoint :execrows
UPDATE ledger_checkpoint SET note = sqlc.arg(note) WHERE size = $1 AND note = sqlc.arg(old);

-- name: CheckpointsFrom :many
SELECT * FROM ledger_checkpoint WHERE size >= $1 ORDER BY size LIMIT $2;

-- name: Witnessed :one
SELECT size, note FROM ledger_witness WHERE origin = $1;

-- name: InsertWitnessed :execrows
INSERT INTO ledger_witness (origin, size, note) VALUES ($1, $2, $3) ON CONFLICT (origin) DO NOTHING;

-- name: UpdateWitnessed :execrows
UPDATE ledger_witness SET size = sqlc.arg(size), note = sqlc.arg(note)
WHERE origin = $1 AND size = sqlc.arg(old_size) AND note = sqlc.arg(old_note);

-- name: WitnessedAfter :many
SELECT * FROM ledger_witness WHERE origin > $1 ORDER BY origin LIMIT $2;

-- name: LockHead :exec
UPDATE ledger_head SET n = n WHERE one = 1;
