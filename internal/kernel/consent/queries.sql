-- name: InsertWord :exec
INSERT INTO consent_word (consent, n, state, person, purpose, recipient, classes, until, spoken_by, language, interpreter, notice, capacity, recorded_by, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: WordsOf :many
SELECT * FROM consent_word WHERE person = $1 ORDER BY recorded_at, consent, n;

-- name: LastWord :one
SELECT * FROM consent_word WHERE consent = $1 ORDER BY n DESC LIMIT 1;

-- name: LockWord :exec
UPDATE consent_word SET n = n WHERE consent = $1 AND n = 1;
