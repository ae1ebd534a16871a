-- name: InsertCharge :exec
INSERT INTO prosecution_charge (id, organisation, subject, name, offence, month, custody, made_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0);

-- name: ChargeRow :one
SELECT * FROM prosecution_charge WHERE id = $1;

-- name: ChargesOf :many
SELECT * FROM prosecution_charge WHERE organisation = $1 AND (made_at < $2 OR (made_at = $2 AND id > $3)) ORDER BY made_at DESC, id LIMIT $4;

-- name: StandingCharges :many
SELECT * FROM prosecution_charge WHERE organisation = $1 AND ended_at = 0 ORDER BY made_at, id;

-- name: CountCharges :one
SELECT count(*) FROM prosecution_charge WHERE ended_at = 0;

-- name: EndCharge :execrows
UPDATE prosecution_charge SET name = NULL, ended_at = $1 WHERE id = $2 AND ended_at = 0;
