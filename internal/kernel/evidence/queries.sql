-- name: LockHead :one
UPDATE evidence_head SET seq = seq WHERE one = 1 RETURNING seq;

-- name: NextSeq :one
UPDATE evidence_head SET seq = seq + 1 WHERE one = 1 RETURNING seq;

-- name: Head :one
SELECT seq FROM evidence_head WHERE one = 1;

-- name: InsertSignal :exec
INSERT INTO evidence_signal (id, organisation, ref, revision, kind, observed, recorded, grade, handling, import, seq, coded, relations, subject, narrative, content, home, named)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: InsertMention :exec
INSERT INTO evidence_mention (id, signal, n, kind, role, age, of, subject, details)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: LastRevision :one
SELECT s.id, s.revision, s.content, r.by AS retracted_by
FROM evidence_signal s LEFT JOIN evidence_retracted r ON r.signal = s.id
WHERE s.organisation = $1 AND s.ref = $2
ORDER BY s.revision DESC LIMIT 1;

-- name: Signal :one
SELECT * FROM evidence_signal WHERE id = $1;

-- name: SignalsAfter :many
SELECT * FROM evidence_signal WHERE seq > $1 ORDER BY seq LIMIT $2;

-- name: SignalsBefore :many
SELECT * FROM evidence_signal WHERE seq < $1 ORDER BY seq DESC LIMIT $2;

-- name: MentionsOf :many
SELECT * FROM evidence_mention WHERE signal = $1 ORDER BY n;

-- name: MentionsBetween :many
SELECT m.* FROM evidence_signal s JOIN evidence_mention m ON m.signal = s.id
WHERE s.seq >= sqlc.arg(first) AND s.seq <= sqlc.arg(last) ORDER BY s.seq, m.n;

-- name: MentionsOfSource :many
SELECT m.* FROM evidence_signal s JOIN evidence_mention m ON m.signal = s.id
WHERE s.organisation = sqlc.arg(organisation) AND s.seq >= sqlc.arg(first) AND s.seq <= sqlc.arg(last) ORDER BY s.seq, m.n;

-- name: Mention :one
SELECT * FROM evidence_mention WHERE id = $1;

-- name: ImportSignals :many
SELECT s.id FROM evidence_signal s LEFT JOIN evidence_retracted r ON r.signal = s.id
WHERE s.import = $1 AND r.by IS NULL ORDER BY s.seq LIMIT $2;

-- name: CountStanding :one
SELECT count(*) FROM evidence_signal s LEFT JOIN evidence_retracted r ON r.signal = s.id
WHERE s.import = $1 AND r.by IS NULL;

-- name: InsertImport :exec
INSERT INTO evidence_import (id, organisation, actor, format, started_at, state) VALUES ($1, $2, $3, $4, $5, $6);

-- name: ImportRow :one
SELECT * FROM evidence_import WHERE id = $1;

-- name: CountImport :one
SELECT count(*) AS recorded, count(r.by) AS retracted
FROM evidence_signal s LEFT JOIN evidence_retracted r ON r.signal = s.id WHERE s.import = $1;

-- name: InsertRetracted :execrows
INSERT INTO evidence_retracted (signal, by) VALUES ($1, $2) ON CONFLICT (signal) DO NOTHING;

-- name: RetractedBy :many
SELECT signal FROM evidence_retracted WHERE by = $1 ORDER BY signal;

-- name: RetractedSignal :one
SELECT by FROM evidence_retracted WHERE signal = $1;

-- name: BlankSignal :exec
UPDATE evidence_signal SET narrative = NULL, named = NULL WHERE id = $1;

-- name: BlankMention :exec
UPDATE evidence_mention SET details = NULL WHERE id = $1;

-- name: CountSignals :one
SELECT count(*) FROM evidence_signal;

-- name: SignalsOfBefore :many
SELECT * FROM evidence_signal WHERE seq < $1 AND organisation = $2 ORDER BY seq DESC LIMIT $3;

-- name: ImportsAfter :many
SELECT sqlc.embed(i), (SELECT count(*) FROM evidence_signal s WHERE s.import = i.id) AS recorded,
  (SELECT count(*) FROM evidence_signal s JOIN evidence_retracted r ON r.signal = s.id WHERE s.import = i.id) AS retracted
FROM evidence_import i
WHERE i.organisation = sqlc.arg(organisation)
  AND (i.started_at < sqlc.arg(at) OR (i.started_at = sqlc.arg(at) AND i.id < sqlc.arg(last)))
ORDER BY i.started_at DESC, i.id DESC LIMIT sqlc.arg(most);

-- name: CountRows :exec
UPDATE evidence_import SET rows = rows + sqlc.arg(read), rejected = rejected + sqlc.arg(refused) WHERE id = sqlc.arg(id);

-- name: SetImport :execrows
UPDATE evidence_import SET state = sqlc.arg(state), ended_at = sqlc.arg(ended_at) WHERE id = sqlc.arg(id) AND state = sqlc.arg(old);

-- name: StartImport :execrows
UPDATE evidence_import SET state = 'running', total = sqlc.arg(total), rows = 0, rejected = 0 WHERE id = sqlc.arg(id) AND state = sqlc.arg(old);

-- name: DropImport :execrows
DELETE FROM evidence_import WHERE id = $1 AND state = 'held';

-- name: InsertHeld :exec
INSERT INTO evidence_held (import, subject, body) VALUES ($1, $2, $3);

-- name: Held :one
SELECT * FROM evidence_held WHERE import = $1;

-- name: DropHeld :exec
DELETE FROM evidence_held WHERE import = $1;

-- name: InsertReject :exec
INSERT INTO evidence_reject (import, n, reasons) VALUES ($1, $2, $3) ON CONFLICT (import, n) DO NOTHING;

-- name: Rejects :many
SELECT * FROM evidence_reject WHERE import = $1 ORDER BY n LIMIT $2;

-- name: DropRejects :exec
DELETE FROM evidence_reject WHERE import = $1;

-- name: SignalOfMention :one
SELECT s.* FROM evidence_signal s JOIN evidence_mention m ON m.signal = s.id WHERE m.id = $1;

-- name: MarkHomed :execrows
UPDATE evidence_head SET homed = TRUE WHERE one = 1 AND homed = FALSE;

-- name: FillHome :exec
UPDATE evidence_signal SET home = $1 WHERE home = '';
