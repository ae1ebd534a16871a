-- name: InsertEmergency :exec
INSERT INTO disclosure_emergency (referral, "case", subject, duty, wording, source, reason, discloser, at, tell_by, verdict, reviewer, reviewed_at, told_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', 0, 0);

-- name: EmergenciesOf :many
SELECT * FROM disclosure_emergency WHERE "case" = $1 ORDER BY at, referral;

-- name: ReviewEmergency :execrows
UPDATE disclosure_emergency SET verdict = $1, reviewer = $2, reviewed_at = $3 WHERE referral = $4 AND "case" = $5 AND verdict = '';

-- name: TellEmergency :execrows
UPDATE disclosure_emergency SET told_at = $1 WHERE referral = $2 AND "case" = $3 AND told_at = 0;
