-- name: InsertFile :exec
INSERT INTO identification_file ("case", referral, consent, duty) VALUES ($1, $2, $3, $4);

-- name: FileOf :one
SELECT * FROM identification_file WHERE "case" = $1;

-- name: FilesUnder :many
SELECT * FROM identification_file WHERE consent = $1 ORDER BY "case";

-- name: InsertDecision :exec
INSERT INTO identification_decision ("case", n, referral, stage, outcome, standard, wording, source, subject, reasons, decider, second, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: DecisionsOf :many
SELECT * FROM identification_decision WHERE "case" = $1 ORDER BY n;

-- name: OutcomesOf :many
SELECT stage, outcome, at FROM identification_decision WHERE referral = $1 ORDER BY n;

-- name: InsertPeriod :exec
INSERT INTO identification_period ("case", n, started_at, until_at, law, extended, ended, ended_at, subject, reasons, source, decided_by)
VALUES ($1, $2, $3, $4, $5, FALSE, '', 0, $6, NULL, '', '');

-- name: PeriodOf :one
SELECT * FROM identification_period WHERE "case" = $1 ORDER BY n DESC LIMIT 1;

-- name: MovePeriod :exec
UPDATE identification_period SET until_at = $1 WHERE "case" = $2 AND n = $3;

-- name: ExtendPeriod :execrows
UPDATE identification_period SET until_at = $1, extended = TRUE, reasons = $2, source = $3, decided_by = $4 WHERE "case" = $5 AND n = $6 AND ended = '' AND until_at < $1;

-- name: EndPeriod :execrows
UPDATE identification_period SET ended = $1, ended_at = $2, reasons = $3, source = $4, decided_by = $5 WHERE "case" = $6 AND n = $7 AND ended = '';

-- name: ElapsePeriod :exec
UPDATE identification_period SET ended = 'elapsed_and_decided', ended_at = $1 WHERE "case" = $2 AND n = $3 AND ended = '';

-- name: BlankPeriods :exec
UPDATE identification_period SET reasons = NULL WHERE "case" = $1;

-- name: InsertResidence :exec
INSERT INTO identification_residence ("case", n, ground, until_at, decider, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: ResidencesOf :many
SELECT * FROM identification_residence WHERE "case" = $1 ORDER BY n;

-- name: InsertFlag :execrows
INSERT INTO identification_flag ("case", kind, actor, at) VALUES ($1, $2, $3, $4) ON CONFLICT ("case", kind) DO NOTHING;

-- name: DropFlags :exec
DELETE FROM identification_flag WHERE "case" = $1;

-- name: FlagsOf :many
SELECT * FROM identification_flag WHERE "case" = $1 ORDER BY at, kind;

-- name: InsertNotification :exec
INSERT INTO identification_notification (id, authority, month, form, kind) VALUES ($1, $2, $3, $4, $5);

-- name: NotificationsOf :many
SELECT month, form, kind, COUNT(*) AS n FROM identification_notification WHERE authority = $1 GROUP BY month, form, kind ORDER BY month DESC, form, kind LIMIT $2;

-- name: InsertNotified :execrows
INSERT INTO identification_notified ("case") VALUES ($1) ON CONFLICT ("case") DO NOTHING;

-- name: Notified :one
SELECT COUNT(*) FROM identification_notified WHERE "case" = $1;
