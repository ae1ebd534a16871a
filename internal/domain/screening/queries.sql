-- name: InsertInterview :exec
INSERT INTO screening_interview (id, "case", subject, family, instrument, version, age, pass, answers, held_by, held_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: InterviewsOf :many
SELECT * FROM screening_interview WHERE "case" = $1 ORDER BY held_at DESC, id;
