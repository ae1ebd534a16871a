-- name: InsertCode :exec
INSERT INTO receipt_code (token, "case", organisation, issued_by, issued_at, ended_at) VALUES ($1, $2, $3, $4, $5, 0);

-- name: EndCodes :exec
UPDATE receipt_code SET ended_at = $1 WHERE "case" = $2 AND ended_at = 0;

-- name: CodeRow :one
SELECT * FROM receipt_code WHERE token = $1 AND ended_at = 0;

-- name: CodesOf :many
SELECT * FROM receipt_code WHERE "case" = $1 ORDER BY issued_at;

-- name: InsertMessage :exec
INSERT INTO receipt_message ("case", n, subject, kind, words, at, answer, answered_at) VALUES ($1, $2, $3, $4, $5, $6, NULL, 0);

-- name: MessageCount :one
SELECT COUNT(*) FROM receipt_message WHERE "case" = $1;

-- name: MessagesOf :many
SELECT * FROM receipt_message WHERE "case" = $1 ORDER BY n;

-- name: AnswerMessage :execrows
UPDATE receipt_message SET answer = $1, answered_at = $2 WHERE "case" = $3 AND n = $4 AND answered_at = 0;
