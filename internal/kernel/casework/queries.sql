-- name: InsertPerson :exec
INSERT INTO casework_person (id, organisation, subject, alias, name, phone, safety, language, age, erased)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE);

-- name: Person :one
SELECT * FROM casework_person WHERE id = $1;

-- name: BlankPerson :exec
UPDATE casework_person SET alias = NULL, name = NULL, phone = NULL, erased = TRUE WHERE id = $1;

-- name: SetAge :exec
UPDATE casework_person SET age = $1 WHERE id = $2;

-- name: InsertCase :execrows
INSERT INTO casework_case (id, type, code, state, organisation, person, lead, signal, risk, note, opened_at, moved_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1) ON CONFLICT DO NOTHING;

-- name: CaseRow :one
SELECT * FROM casework_case WHERE id = $1;

-- name: CaseByLead :one
SELECT "case" FROM casework_lead WHERE lead = $1;

-- name: ClaimLead :execrows
INSERT INTO casework_lead (lead, "case") VALUES ($1, $2)
ON CONFLICT (lead) DO UPDATE SET "case" = excluded."case" WHERE casework_lead."case" = excluded."case";

-- name: LeaveLead :exec
DELETE FROM casework_lead WHERE lead = $1 AND "case" = $2;

-- name: CasesOf :many
SELECT * FROM casework_case WHERE organisation = $1 AND type = $5 AND (moved_at < $2 OR (moved_at = $2 AND id > $3)) ORDER BY moved_at DESC, id LIMIT $4;

-- name: CasesOfPerson :many
SELECT * FROM casework_case WHERE person = $1;

-- name: MoveCase :execrows
UPDATE casework_case SET state = $1, moved_at = $2, version = version + 1 WHERE id = $3 AND version = $4;

-- name: SetRisk :exec
UPDATE casework_case SET risk = $1 WHERE id = $2;

-- name: BlankCase :exec
UPDATE casework_case SET note = NULL WHERE id = $1;

-- name: InsertMove :exec
INSERT INTO casework_move ("case", n, verb, from_state, to_state, reason, actor, organisation, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: Moves :many
SELECT * FROM casework_move WHERE "case" = $1 ORDER BY n;

-- name: InsertTask :exec
INSERT INTO casework_task (id, "case", organisation, kind, state, due, made_at, done_at) VALUES ($1, $2, $3, $4, 'open', $5, $6, 0);

-- name: TaskRow :one
SELECT * FROM casework_task WHERE id = $1;

-- name: TasksOfCase :many
SELECT * FROM casework_task WHERE "case" = $1 ORDER BY due, id;

-- name: OpenTasks :many
SELECT t.id, t."case", t.kind, t.due, c.code, c.type FROM casework_task t JOIN casework_case c ON c.id = t."case"
WHERE t.organisation = $1 AND t.state = 'open' AND t.due >= $2 AND (t.due > $2 OR t.id > $3) ORDER BY t.due, t.id LIMIT $4;

-- name: CountOpenTasks :one
SELECT count(*) FROM casework_task WHERE organisation = $1 AND state = 'open' AND due < $2;

-- name: FinishTask :execrows
UPDATE casework_task SET state = 'done', done_at = $1 WHERE id = $2 AND state = 'open';

-- name: ReopenTask :execrows
UPDATE casework_task SET state = 'open', done_at = 0 WHERE id = $1 AND state = 'done';

-- name: InsertReferral :exec
INSERT INTO casework_referral (id, "case", person, organisation, recipient, service, need, consent, duty, state, reason, subject, payload, sent_at, expires_at, delivered_at, answered_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12, $13, $14, 0, 0, 1);

-- name: NoteReferral :exec
UPDATE casework_case SET referral = $1 WHERE id = $2;

-- name: CaseByReferral :one
SELECT * FROM casework_case WHERE referral = $1;

-- name: ReferralRow :one
SELECT * FROM casework_referral WHERE id = $1;

-- name: ReferralsOfCase :many
SELECT * FROM casework_referral WHERE "case" = $1 ORDER BY sent_at, id;

-- name: ReferralsOfConsent :many
SELECT * FROM casework_referral WHERE consent = $1 ORDER BY sent_at, id;

-- name: Inbox :many
SELECT * FROM casework_referral WHERE recipient = $1 AND state IN ('sent', 'accepted', 'in_service') AND CASE WHEN need IN ('nrm', 'justice') THEN need ELSE '' END = CAST(sqlc.arg(authority) AS TEXT)
AND (sent_at > $2 OR (sent_at = $2 AND id > $3)) ORDER BY sent_at, id LIMIT $4;

-- name: Outbox :many
SELECT * FROM casework_referral WHERE organisation = $1 AND state IN ('sent', 'accepted', 'in_service', 'declined', 'expired') AND sent_at > sqlc.arg(since)
AND (sent_at < sqlc.arg(before) OR (sent_at = sqlc.arg(before) AND id > sqlc.arg(id))) ORDER BY sent_at DESC, id LIMIT sqlc.arg(most);

-- name: MoveReferral :execrows
UPDATE casework_referral SET state = $1, reason = $2, answered_at = $3, version = version + 1 WHERE id = $4 AND version = $5;

-- name: PurgeReferral :exec
UPDATE casework_referral SET payload = NULL WHERE id = $1;

-- name: RestReferrals :exec
UPDATE casework_referral SET consent = sqlc.arg(next) WHERE consent = sqlc.arg(was);

-- name: HoldReferral :exec
UPDATE casework_referral SET version = version WHERE id = $1;

-- name: HoldCase :exec
UPDATE casework_case SET version = version WHERE id = $1;

-- name: EndDelays :exec
UPDATE casework_delay SET until = sqlc.arg(now) WHERE "case" = $1 AND organisation = $2 AND until > sqlc.arg(now);

-- name: RecutReferral :exec
UPDATE casework_referral SET subject = $1, payload = $2 WHERE id = $3;

-- name: DeliverReferral :exec
UPDATE casework_referral SET delivered_at = $1 WHERE id = $2 AND delivered_at = 0;

-- name: SaveDraft :exec
INSERT INTO casework_draft (owner, form, subject, body, updated_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (owner, form) DO UPDATE SET subject = excluded.subject, body = excluded.body, updated_at = excluded.updated_at;

-- name: Draft :one
SELECT * FROM casework_draft WHERE owner = $1 AND form = $2;

-- name: DropDraft :exec
DELETE FROM casework_draft WHERE owner = $1 AND form = $2;

-- name: PutOrganisation :exec
INSERT INTO casework_organisation (id, name, kind) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind;

-- name: Organisations :many
SELECT * FROM casework_organisation ORDER BY name, id;

-- name: Organisation :one
SELECT * FROM casework_organisation WHERE id = $1;

-- name: PutService :exec
INSERT INTO casework_service (id, organisation, name, need, languages, takes, places) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, need = excluded.need, languages = excluded.languages, takes = excluded.takes, places = excluded.places;

-- name: ServicesFor :many
SELECT s.*, o.name AS organisation_name FROM casework_service s JOIN casework_organisation o ON o.id = s.organisation
WHERE s.need = $1 ORDER BY s.id;

-- name: Service :one
SELECT s.*, o.name AS organisation_name FROM casework_service s JOIN casework_organisation o ON o.id = s.organisation
WHERE s.id = $1;

-- name: ServicesAsked :many
SELECT s.*, o.name AS organisation_name FROM casework_service s JOIN casework_organisation o ON o.id = s.organisation
WHERE s.id IN (SELECT r.service FROM casework_referral r WHERE r.recipient = $1 UNION SELECT q.service FROM casework_referral q WHERE q.organisation = $1)
ORDER BY s.id;

-- name: ServicesOfCase :many
SELECT s.*, o.name AS organisation_name FROM casework_service s JOIN casework_organisation o ON o.id = s.organisation
WHERE s.id IN (SELECT r.service FROM casework_referral r WHERE r."case" = $1)
ORDER BY s.id;

-- name: CasesOfSignal :many
SELECT id FROM casework_case WHERE signal = $1 ORDER BY id;

-- name: CasesOfLead :many
SELECT id FROM casework_case WHERE lead = $1 ORDER BY id;

-- name: SetReview :exec
INSERT INTO casework_review ("case", organisation, due, asked_at) VALUES ($1, $2, $3, 0)
ON CONFLICT ("case") DO UPDATE SET due = excluded.due, asked_at = 0;

-- name: StopReview :exec
DELETE FROM casework_review WHERE "case" = $1;

-- name: AskReview :exec
UPDATE casework_review SET asked_at = sqlc.arg(now) WHERE "case" = $1 AND asked_at = 0 AND due <= sqlc.arg(now);

-- name: ReviewRow :one
SELECT * FROM casework_review WHERE "case" = $1;

-- name: ReviewsOf :many
SELECT r."case", c.code, c.type, c.state, c.moved_at, c.version FROM casework_review r JOIN casework_case c ON c.id = r."case"
WHERE r.organisation = $1 AND r.asked_at > 0 AND r.due <= sqlc.arg(now) ORDER BY r.due, r."case" LIMIT $2;

-- name: InsertSource :exec
INSERT INTO casework_source ("case", mention) VALUES ($1, $2) ON CONFLICT ("case", mention) DO NOTHING;

-- name: SourcesOfCase :many
SELECT mention FROM casework_source WHERE "case" = $1 ORDER BY mention;

-- name: InsertClock :exec
INSERT INTO casework_clock ("case", rule, n, organisation, amount, unit, pauses, source, started_at, due, warn, warned_at, missed_at, met_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0);

-- name: ClocksOfCase :many
SELECT * FROM casework_clock WHERE "case" = $1 ORDER BY started_at, rule, n;

-- name: SetClock :exec
UPDATE casework_clock SET due = $1, warn = $2 WHERE "case" = $3 AND rule = $4 AND n = $5;

-- name: MeetClock :exec
UPDATE casework_clock SET met_at = $1 WHERE "case" = $2 AND rule = $3 AND n = $4;

-- name: PutCountdown :exec
INSERT INTO casework_clock ("case", rule, n, organisation, amount, unit, pauses, source, started_at, due, warn, warned_at, missed_at, met_at)
VALUES ($1, $2, 1, $3, $4, $5, '', $6, $7, $8, $7, 0, 0, 0)
ON CONFLICT ("case", rule, n) DO UPDATE SET amount = excluded.amount, unit = excluded.unit, source = excluded.source,
    started_at = excluded.started_at, due = excluded.due, warn = excluded.warn, warned_at = 0, missed_at = 0, met_at = 0;

-- name: WarnClocks :exec
UPDATE casework_clock SET warned_at = sqlc.arg(now) WHERE "case" = $1 AND met_at = 0 AND warned_at = 0 AND warn > 0 AND warn <= sqlc.arg(now);

-- name: MissClocks :exec
UPDATE casework_clock SET missed_at = sqlc.arg(now) WHERE "case" = $1 AND met_at = 0 AND missed_at = 0 AND due > 0 AND due <= sqlc.arg(now);

-- name: ClocksOf :many
SELECT k.*, c.code, c.type FROM casework_clock k JOIN casework_case c ON c.id = k."case"
WHERE k.organisation = $1 AND k.met_at = 0 AND k.warned_at > 0 AND k.due > 0 ORDER BY k.due, k."case", k.rule, k.n LIMIT $2;

-- name: CountClocks :many
SELECT rule, COUNT(*) AS started, CAST(SUM(CASE WHEN met_at = 0 THEN 1 ELSE 0 END) AS BIGINT) AS running, CAST(SUM(CASE WHEN missed_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS missed
FROM casework_clock WHERE organisation = $1 GROUP BY rule ORDER BY rule;

-- name: InsertPause :exec
INSERT INTO casework_pause ("case", rule, n, event, from_at, until_at) VALUES ($1, $2, $3, $4, $5, 0);

-- name: EndPauses :exec
UPDATE casework_pause SET until_at = sqlc.arg(now) WHERE "case" = $1 AND event = $2 AND until_at = 0;

-- name: PausesOf :many
SELECT * FROM casework_pause WHERE "case" = $1 ORDER BY from_at;

-- name: InsertDelay :exec
INSERT INTO casework_delay ("case", n, verbs, organisation, by_user, at, until) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: DelaysOfCase :many
SELECT * FROM casework_delay WHERE "case" = $1 ORDER BY n;
