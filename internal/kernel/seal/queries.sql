-- name: InsertKey :exec
INSERT INTO seal_key (subject, wrapped) VALUES ($1, $2);

-- name: Key :one
SELECT wrapped FROM seal_key WHERE subject = $1;

-- name: DeleteKey :execrows
DELETE FROM seal_key WHERE subject = $1;

-- name: InsertNodeKey :exec
INSERT INTO seal_node_key (name, wrapped) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: NodeKey :one
SELECT wrapped FROM seal_node_key WHERE name = $1;

-- name: CountKeys :one
SELECT count(*) FROM seal_key;

-- name: Epoch :one
SELECT n FROM seal_epoch WHERE one = 1;

-- name: RaiseEpoch :one
UPDATE seal_epoch SET n = n + 1 WHERE one = 1 RETURNING n;
