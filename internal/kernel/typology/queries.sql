-- name: PutFinding :exec
INSERT INTO typology_finding (id, rule, version, entity, outcome, at, seq, reasons) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET entity = excluded.entity, version = excluded.version, outcome = excluded.outcome, at = excluded.at, seq = excluded.seq, reasons = excluded.reasons;

-- name: Finding :one
SELECT * FROM typology_finding WHERE id = $1;

-- name: DeleteFinding :exec
DELETE FROM typology_finding WHERE id = $1;

-- name: FindingsOfEntity :many
SELECT * FROM typology_finding WHERE entity = $1 ORDER BY id;

-- name: PutLead :exec
INSERT INTO typology_lead (id, rule, entity, finding, state, protected, child, score, persons, raised, updated, seq, verdict)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, entity = excluded.entity, finding = excluded.finding, state = excluded.state, protected = excluded.protected, child = excluded.child, score = excluded.score,
    persons = excluded.persons, updated = excluded.updated, seq = excluded.seq, verdict = excluded.verdict;

-- name: Lead :one
SELECT * FROM typology_lead WHERE id = $1;

-- name: LeadsOfEntity :many
SELECT * FROM typology_lead WHERE entity = $1 ORDER BY id;

-- name: ReasonsOfEntity :many
SELECT l.*, coalesce(f.reasons, '') AS reasons FROM typology_lead l LEFT JOIN typology_finding f ON f.id = l.finding WHERE l.entity = $1 ORDER BY l.id;

-- name: OpenLeads :many
SELECT id, rule FROM typology_lead WHERE state = 'open' ORDER BY id;

-- name: LeadsOfFinding :many
SELECT id FROM typology_lead WHERE finding = $1 ORDER BY id;

-- name: DeleteLead :exec
DELETE FROM typology_lead WHERE id = $1;

-- name: PutRecipient :exec
INSERT INTO typology_recipient (lead, organisation, state, score) VALUES ($1, $2, $3, $4)
ON CONFLICT (lead, organisation) DO UPDATE SET state = excluded.state, score = excluded.score;

-- name: DeleteRecipients :exec
DELETE FROM typology_recipient WHERE lead = $1;

-- name: Recipients :many
SELECT r.organisation, r.state, coalesce(d.signal, '') AS verdict FROM typology_recipient r
LEFT JOIN typology_dismissal d ON d.lead = r.lead AND d.organisation = r.organisation WHERE r.lead = $1 ORDER BY r.organisation;

-- name: PutDismissal :exec
INSERT INTO typology_dismissal (lead, organisation, persons, signal) VALUES ($1, $2, $3, $4)
ON CONFLICT (lead, organisation) DO UPDATE SET persons = excluded.persons, signal = excluded.signal;

-- name: Dismissals :many
SELECT * FROM typology_dismissal WHERE lead = $1 ORDER BY organisation;

-- name: DeleteDismissal :exec
DELETE FROM typology_dismissal WHERE lead = $1 AND organisation = $2;

-- name: DeleteDismissals :exec
DELETE FROM typology_dismissal WHERE lead = $1;

-- name: Queue :many
SELECT l.*, coalesce(f.reasons, '') AS reasons FROM typology_recipient r JOIN typology_lead l ON l.id = r.lead LEFT JOIN typology_finding f ON f.id = l.finding
WHERE r.organisation = $1 AND r.state = $2 AND (r.score < $3 OR (r.score = $3 AND r.lead > $4))
ORDER BY r.score DESC, r.lead LIMIT $5;

-- name: AllLeads :many
SELECT l.*, coalesce(f.reasons, '') AS reasons FROM typology_lead l LEFT JOIN typology_finding f ON f.id = l.finding ORDER BY l.score DESC, l.id LIMIT $1;

-- name: Routes :many
SELECT organisation FROM typology_route WHERE rule = $1 ORDER BY organisation;

-- name: PutRoute :exec
INSERT INTO typology_route (rule, organisation) VALUES ($1, $2) ON CONFLICT (rule, organisation) DO NOTHING;

-- name: MoveLead :exec
UPDATE typology_lead SET entity = $1 WHERE id = $2;

-- name: MoveFinding :exec
UPDATE typology_finding SET entity = $1 WHERE id = $2;
