-- name: InsertProposal :execrows
INSERT INTO act_proposal (id, verb, kind, record, purpose, organisation, proposer, proposer_roles, roles, subject, payload, state, reason, settled_by, at, expires_at, settled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', '', '', $12, $13, 0)
ON CONFLICT DO NOTHING;

-- name: ProposalRow :one
SELECT * FROM act_proposal WHERE id = $1;

-- name: WaitingOf :many
SELECT * FROM act_proposal WHERE organisation = $1 AND state = 'waiting' AND expires_at > sqlc.arg(now) ORDER BY at, id LIMIT $2;

-- name: WaitingOn :many
SELECT * FROM act_proposal WHERE kind = $1 AND record = $2 AND state = 'waiting' AND expires_at > sqlc.arg(now) ORDER BY at, id;

-- name: SettleProposal :execrows
UPDATE act_proposal SET state = $1, reason = $2, settled_by = $3, settled_at = $4, payload = NULL WHERE id = $5 AND state = 'waiting';

-- name: ExpireProposals :execrows
UPDATE act_proposal SET state = 'expired', settled_at = sqlc.arg(now), payload = NULL
WHERE kind = $1 AND record = $2 AND verb = $3 AND state = 'waiting' AND expires_at <= sqlc.arg(now);

-- name: ForgetProposals :many
UPDATE act_proposal SET state = 'forgotten', settled_at = $1, payload = NULL WHERE subject = $2 AND state = 'waiting' RETURNING id;
