-- name: InsertUser :exec
INSERT INTO signin_user (id, name, organisation, roles, language, active) VALUES ($1, $2, $3, $4, $5, $6);

-- name: UpdateUser :execrows
UPDATE signin_user SET name = $2, organisation = $3, roles = $4, language = $5, active = $6 WHERE id = $1;

-- name: User :one
SELECT * FROM signin_user WHERE id = $1;

-- name: Users :many
SELECT * FROM signin_user ORDER BY name, id;

-- name: InsertSession :exec
INSERT INTO signin_session (token_hash, user_id, data, born, seen) VALUES ($1, $2, $3, $4, $5);

-- name: Session :one
SELECT data, born, seen FROM signin_session WHERE token_hash = $1;

-- name: TouchSession :exec
UPDATE signin_session SET seen = $2 WHERE token_hash = $1;

-- name: DeleteSession :exec
DELETE FROM signin_session WHERE token_hash = $1;

-- name: DeleteSessionsOf :execrows
DELETE FROM signin_session WHERE user_id = $1;

-- name: DeleteOldSessions :execrows
DELETE FROM signin_session WHERE born <= sqlc.arg(born_before) OR seen <= sqlc.arg(seen_before);

-- name: InsertPasskey :exec
INSERT INTO signin_passkey (id, user_id, record, born, used) VALUES ($1, $2, $3, $4, $5);

-- name: PasskeysOf :many
SELECT * FROM signin_passkey WHERE user_id = $1 ORDER BY born, id;

-- name: UsePasskey :execrows
UPDATE signin_passkey SET record = sqlc.arg(after), used = sqlc.arg(used) WHERE id = sqlc.arg(id) AND record = sqlc.arg(before);

-- name: DeletePasskey :execrows
DELETE FROM signin_passkey WHERE id = $1 AND user_id = $2;

-- name: InsertInvitation :exec
INSERT INTO signin_invitation (code_hash, user_id, until) VALUES ($1, $2, $3);

-- name: Invitation :one
SELECT user_id FROM signin_invitation WHERE code_hash = $1 AND until > sqlc.arg(now);

-- name: TakeInvitation :execrows
DELETE FROM signin_invitation WHERE code_hash = $1 AND until > sqlc.arg(now);

-- name: DeleteInvitationsOf :exec
DELETE FROM signin_invitation WHERE user_id = $1;

-- name: DeleteOldInvitations :execrows
DELETE FROM signin_invitation WHERE until <= sqlc.arg(now);

-- name: InsertCode :exec
INSERT INTO signin_code (selector, user_id, salt, hash) VALUES ($1, $2, $3, $4);

-- name: Code :one
SELECT c.user_id, c.salt, c.hash FROM signin_code c JOIN signin_user u ON u.id = c.user_id
WHERE c.selector = $1 AND u.active;

-- name: TakeCode :execrows
DELETE FROM signin_code WHERE selector = $1 AND hash = $2;

-- name: DeleteCodesOf :exec
DELETE FROM signin_code WHERE user_id = $1;

-- name: CountCodesOf :one
SELECT count(*) FROM signin_code WHERE user_id = $1;

-- name: InsertIdentity :exec
INSERT INTO signin_identity (issuer, subject, user_id) VALUES ($1, $2, $3);

-- name: Identity :one
SELECT user_id FROM signin_identity WHERE issuer = $1 AND subject = $2;

-- name: InsertExpected :exec
INSERT INTO signin_expected (issuer, value, user_id) VALUES ($1, $2, $3);

-- name: TakeExpected :one
DELETE FROM signin_expected WHERE issuer = $1 AND value = $2 RETURNING user_id;

-- name: InsertCeremony :exec
INSERT INTO signin_ceremony (token_hash, kind, data, until) VALUES ($1, $2, $3, $4);

-- name: TakeCeremony :one
DELETE FROM signin_ceremony WHERE token_hash = $1 AND kind = $2 AND until > sqlc.arg(now) RETURNING data;

-- name: DeleteOldCeremonies :execrows
DELETE FROM signin_ceremony WHERE until <= sqlc.arg(now);

-- name: Spend :one
INSERT INTO signin_limit (key_hash, free_at) VALUES (sqlc.arg(key_hash), CAST(sqlc.arg(now) AS BIGINT) + CAST(sqlc.arg(step) AS BIGINT))
ON CONFLICT (key_hash) DO UPDATE
SET free_at = CASE WHEN signin_limit.free_at > CAST(sqlc.arg(now) AS BIGINT) THEN signin_limit.free_at ELSE CAST(sqlc.arg(now) AS BIGINT) END + CAST(sqlc.arg(step) AS BIGINT)
WHERE signin_limit.free_at <= CAST(sqlc.arg(latest) AS BIGINT)
RETURNING free_at;

-- name: FreeAt :one
SELECT free_at FROM signin_limit WHERE key_hash = $1;

-- name: DeleteOldLimits :execrows
DELETE FROM signin_limit WHERE free_at <= sqlc.arg(now);

-- name: InsertToken :exec
INSERT INTO signin_token (token_hash, user_id, roles, until) VALUES ($1, $2, $3, $4);

-- name: Token :one
SELECT user_id, roles FROM signin_token WHERE token_hash = $1 AND until > sqlc.arg(now);

-- name: DeleteTokensOf :execrows
DELETE FROM signin_token WHERE user_id = $1;

-- name: DeleteOldTokens :execrows
DELETE FROM signin_token WHERE until <= sqlc.arg(now);

-- name: LockUser :execrows
UPDATE signin_user SET active = active WHERE id = $1;
