-- name: Reserve :execrows
INSERT INTO rest_key (hash, print, answer, born) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING;

-- name: Kept :one
SELECT print, answer FROM rest_key WHERE hash = $1;

-- name: Keep :exec
UPDATE rest_key SET answer = $2 WHERE hash = $1;

-- name: Release :exec
DELETE FROM rest_key WHERE hash = $1;

-- name: DeleteOld :exec
DELETE FROM rest_key WHERE born <= $1;
