-- name: NextMandate :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_mandate WHERE "case" = $1;

-- name: InsertMandate :exec
INSERT INTO rights_mandate ("case", n, scope, holder, since, until, ended_at) VALUES ($1, $2, $3, $4, $5, $6, 0);

-- name: Mandates :many
SELECT * FROM rights_mandate WHERE "case" = $1 ORDER BY n;

-- name: EndMandates :execrows
UPDATE rights_mandate SET ended_at = $1 WHERE "case" = $2 AND ended_at = 0;

-- name: NextAct :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_act WHERE "case" = $1;

-- name: InsertAct :exec
INSERT INTO rights_act ("case", n, offence, month, custody, link, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: Acts :many
SELECT * FROM rights_act WHERE "case" = $1 ORDER BY n;

-- name: SetCustody :execrows
UPDATE rights_act SET custody = $1 WHERE "case" = $2 AND n = $3;

-- name: NextRequest :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_request WHERE "case" = $1;

-- name: InsertRequest :exec
INSERT INTO rights_request ("case", n, organisation, act, charge, accuser, state, outcome, reasons, flagged_at, decided_at, word, referral, silent_at)
VALUES ($1, $2, $3, $4, $5, $6, 'flagged', '', NULL, $7, 0, '', '', 0);

-- name: Requests :many
SELECT * FROM rights_request WHERE "case" = $1 ORDER BY n;

-- name: FlaggedBy :one
SELECT count(*) FROM rights_request WHERE charge = $1 AND "case" = $2;

-- name: MoveRequest :exec
UPDATE rights_request SET state = $1, outcome = $2, decided_at = $3 WHERE "case" = $4 AND n = $5;

-- name: SetReasons :exec
UPDATE rights_request SET reasons = $1 WHERE "case" = $2 AND n = $3;

-- name: TellRequest :exec
UPDATE rights_request SET word = $1, referral = $2, silent_at = 0 WHERE "case" = $3 AND n = $4;

-- name: HushRequests :execrows
UPDATE rights_request SET silent_at = $1 WHERE word = $2 AND silent_at = 0;

-- name: RequestsUnder :many
SELECT * FROM rights_request WHERE word = $1 AND silent_at = 0 ORDER BY "case", n;

-- name: RequestsOf :many
SELECT flagged_at, decided_at FROM rights_request WHERE organisation = $1;

-- name: NextClaim :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_claim WHERE "case" = $1;

-- name: InsertClaim :execrows
INSERT INTO rights_claim ("case", n, organisation, route, state, event_at, currency, asked, awarded, paid) VALUES ($1, $2, $3, $4, 'advised', $5, '', 0, 0, 0) ON CONFLICT DO NOTHING;

-- name: Claims :many
SELECT * FROM rights_claim WHERE "case" = $1 ORDER BY n;

-- name: MoveClaim :exec
UPDATE rights_claim SET state = $1, currency = $2, asked = $3, awarded = $4, paid = $5 WHERE "case" = $6 AND n = $7;

-- name: Totals :many
SELECT currency, CAST(sum(asked) AS BIGINT) AS asked, CAST(sum(awarded) AS BIGINT) AS awarded, CAST(sum(paid) AS BIGINT) AS paid
FROM rights_claim WHERE organisation = $1 AND currency <> '' GROUP BY currency ORDER BY currency;

-- name: InsertPayment :exec
INSERT INTO rights_payment ("case", claim, n, amount, at)
VALUES ($1, $2, (SELECT CAST(coalesce(max(p.n), 0) + 1 AS BIGINT) FROM rights_payment p WHERE p."case" = $1 AND p.claim = $2), $3, $4);

-- name: Payments :many
SELECT * FROM rights_payment WHERE "case" = $1 ORDER BY claim, n;

-- name: InsertStep :exec
INSERT INTO rights_step ("case", thing, n, m, from_state, to_state, outcome, actor, at)
VALUES ($1, $2, $3, (SELECT CAST(coalesce(max(s.m), 0) + 1 AS BIGINT) FROM rights_step s WHERE s."case" = $1 AND s.thing = $2 AND s.n = $3), $4, $5, $6, $7, $8);

-- name: Steps :many
SELECT * FROM rights_step WHERE "case" = $1 ORDER BY at, thing, n, m;

-- name: NextReturn :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_return WHERE "case" = $1;

-- name: InsertReturn :exec
INSERT INTO rights_return ("case", n, word, assessment, follow_up, made_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: Returns :many
SELECT * FROM rights_return WHERE "case" = $1 ORDER BY n;

-- name: NextMeasure :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_measure WHERE "case" = $1;

-- name: InsertMeasure :exec
INSERT INTO rights_measure ("case", n, code, since, until) VALUES ($1, $2, $3, $4, $5);

-- name: Measures :many
SELECT * FROM rights_measure WHERE "case" = $1 ORDER BY n;

-- name: NextBreach :one
SELECT CAST(coalesce(max(n), 0) + 1 AS BIGINT) FROM rights_breach WHERE "case" = $1 AND measure = $2;

-- name: InsertBreach :exec
INSERT INTO rights_breach ("case", measure, n, at, done) VALUES ($1, $2, $3, $4, $5);

-- name: Breaches :many
SELECT * FROM rights_breach WHERE "case" = $1 ORDER BY measure, n;

-- name: BlankActs :exec
UPDATE rights_act SET link = NULL WHERE "case" = $1;

-- name: BlankRequests :exec
UPDATE rights_request SET reasons = NULL WHERE "case" = $1;

-- name: BlankReturns :exec
UPDATE rights_return SET assessment = NULL WHERE "case" = $1;

-- name: BlankBreaches :exec
UPDATE rights_breach SET done = NULL WHERE "case" = $1;
