-- name: LockCursor :one
UPDATE graph_cursor SET changes = changes + 1 WHERE one = 1 RETURNING seq, step, changes;

-- name: Cursor :one
SELECT seq, step, derivation FROM graph_cursor WHERE one = 1;

-- name: Advance :exec
UPDATE graph_cursor SET seq = $1, step = $2 WHERE one = 1;

-- name: SetDerivation :exec
UPDATE graph_cursor SET derivation = $1 WHERE one = 1;

-- name: InsertMention :exec
INSERT INTO graph_mention (place, mention, signal, kind, role, age, organisation, observed, grade, handling, blank, entity, keys, founds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: Mention :one
SELECT * FROM graph_mention WHERE place = $1;

-- name: MentionByID :one
SELECT * FROM graph_mention WHERE mention = $1;

-- name: MentionsBetween :many
SELECT * FROM graph_mention WHERE place >= sqlc.arg(first) AND place <= sqlc.arg(last) ORDER BY place;

-- name: MentionsOf :many
SELECT * FROM graph_mention WHERE entity = $1 ORDER BY place;

-- name: PlacesOf :many
SELECT place FROM graph_mention WHERE entity = $1 ORDER BY place;

-- name: NewestOf :many
SELECT * FROM graph_mention WHERE entity = $1 ORDER BY place DESC LIMIT $2;

-- name: NewestOfKind :many
SELECT place, entity, keys FROM graph_mention WHERE kind = $1 AND NOT blank ORDER BY place DESC LIMIT $2;

-- name: Sources :many
SELECT DISTINCT organisation FROM graph_mention WHERE entity = $1 ORDER BY organisation;

-- name: SeenWith :many
SELECT p.entity, p.signal, p.organisation, p.observed, p.keys, e.entity AS id, e.mentions, e.ages
FROM (SELECT place FROM graph_mention g WHERE g.entity = $1 ORDER BY g.place DESC LIMIT $2) AS h
JOIN graph_mention p ON p.place >= h.place / 1024 * 1024 AND p.place < h.place / 1024 * 1024 + 1024
JOIN graph_entity e ON e.founder = p.entity
WHERE p.kind = 'person' AND p.role IN ('presumed_victim', 'worker', 'relative', 'witness')
ORDER BY p.place;

-- name: Holds :one
SELECT count(*) FROM (SELECT place FROM graph_mention WHERE entity = $1 AND place >= sqlc.arg(first) AND place <= sqlc.arg(last) LIMIT 1) AS one;

-- name: KnownTo :one
SELECT count(*) FROM (SELECT place FROM graph_mention WHERE entity = $1 AND organisation = $2 LIMIT 1) AS one;

-- name: MoveMention :exec
UPDATE graph_mention SET entity = $2 WHERE place = $1;

-- name: MoveMentions :exec
UPDATE graph_mention SET entity = sqlc.arg(target) WHERE entity = sqlc.arg(entity);

-- name: Reshape :exec
UPDATE graph_mention SET keys = $2, blank = $3 WHERE place = $1;

-- name: DeleteMention :exec
DELETE FROM graph_mention WHERE place = $1;

-- name: InsertToken :exec
INSERT INTO graph_token (token, place) VALUES ($1, $2) ON CONFLICT (token, place) DO NOTHING;

-- name: InsertTokens :exec
INSERT INTO graph_token (token, place) VALUES (sqlc.arg(token1), sqlc.arg(place)), (sqlc.arg(token2), sqlc.arg(place)), (sqlc.arg(token3), sqlc.arg(place)), (sqlc.arg(token4), sqlc.arg(place)), (sqlc.arg(token5), sqlc.arg(place)), (sqlc.arg(token6), sqlc.arg(place)), (sqlc.arg(token7), sqlc.arg(place)), (sqlc.arg(token8), sqlc.arg(place))
ON CONFLICT (token, place) DO NOTHING;

-- name: DeleteToken :exec
DELETE FROM graph_token WHERE token = $1 AND place = $2;

-- name: Before :many
SELECT place FROM graph_token WHERE token = $1 AND place < $2 ORDER BY place DESC LIMIT $3;

-- name: Bearers :many
SELECT place FROM graph_token WHERE token = $1 ORDER BY place DESC LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: BeforeAll :many
SELECT place FROM (SELECT t1.place FROM graph_token t1 WHERE t1.token = sqlc.arg(token1) AND t1.place < sqlc.arg(place) ORDER BY t1.place DESC LIMIT CAST(sqlc.arg(reach1) AS BIGINT)) AS s1
UNION ALL
SELECT place FROM (SELECT t2.place FROM graph_token t2 WHERE t2.token = sqlc.arg(token2) AND t2.place < sqlc.arg(place) ORDER BY t2.place DESC LIMIT CAST(sqlc.arg(reach2) AS BIGINT)) AS s2
UNION ALL
SELECT place FROM (SELECT t3.place FROM graph_token t3 WHERE t3.token = sqlc.arg(token3) AND t3.place < sqlc.arg(place) ORDER BY t3.place DESC LIMIT CAST(sqlc.arg(reach3) AS BIGINT)) AS s3
UNION ALL
SELECT place FROM (SELECT t4.place FROM graph_token t4 WHERE t4.token = sqlc.arg(token4) AND t4.place < sqlc.arg(place) ORDER BY t4.place DESC LIMIT CAST(sqlc.arg(reach4) AS BIGINT)) AS s4
UNION ALL
SELECT place FROM (SELECT t5.place FROM graph_token t5 WHERE t5.token = sqlc.arg(token5) AND t5.place < sqlc.arg(place) ORDER BY t5.place DESC LIMIT CAST(sqlc.arg(reach5) AS BIGINT)) AS s5
UNION ALL
SELECT place FROM (SELECT t6.place FROM graph_token t6 WHERE t6.token = sqlc.arg(token6) AND t6.place < sqlc.arg(place) ORDER BY t6.place DESC LIMIT CAST(sqlc.arg(reach6) AS BIGINT)) AS s6
UNION ALL
SELECT place FROM (SELECT t7.place FROM graph_token t7 WHERE t7.token = sqlc.arg(token7) AND t7.place < sqlc.arg(place) ORDER BY t7.place DESC LIMIT CAST(sqlc.arg(reach7) AS BIGINT)) AS s7
UNION ALL
SELECT place FROM (SELECT t8.place FROM graph_token t8 WHERE t8.token = sqlc.arg(token8) AND t8.place < sqlc.arg(place) ORDER BY t8.place DESC LIMIT CAST(sqlc.arg(reach8) AS BIGINT)) AS s8;

-- name: Behind :many
SELECT place FROM graph_token WHERE token = $1 AND place > $2 ORDER BY place LIMIT $3;

-- name: InsertPair :exec
INSERT INTO graph_pair (a, b, state, score, levels, asked, model) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (a, b) DO NOTHING;

-- name: PairsOf :many
SELECT x.* FROM graph_pair x WHERE x.a = sqlc.arg(place)
UNION ALL
SELECT y.* FROM graph_pair y WHERE y.b = sqlc.arg(place)
ORDER BY 1, 2;

-- name: UpdatePair :exec
UPDATE graph_pair SET state = $3, score = $4, asked = $5, model = $6 WHERE a = $1 AND b = $2;

-- name: DeletePair :exec
DELETE FROM graph_pair WHERE a = $1 AND b = $2;

-- name: SameWithin :many
SELECT p.a, p.b, p.score FROM graph_mention m JOIN graph_pair p ON p.a = m.place WHERE m.entity = sqlc.arg(entity) AND p.state = 'same'
UNION ALL
SELECT q.a, q.b, q.score FROM graph_mention o JOIN graph_pair q ON q.b = o.place WHERE o.entity = sqlc.arg(entity) AND q.state = 'same';

-- name: PairedAfter :many
SELECT DISTINCT a FROM graph_pair WHERE a > $1 ORDER BY a LIMIT $2;

-- name: PairsBetween :many
SELECT * FROM graph_pair WHERE a > sqlc.arg(after) AND a <= sqlc.arg(upto) ORDER BY a, b;

-- name: AskedBefore :many
SELECT p.a, p.b, p.score, p.levels, p.model FROM graph_pair p JOIN graph_mention x ON x.place = p.a JOIN graph_mention y ON y.place = p.b
JOIN graph_entity f ON f.founder = x.entity JOIN graph_entity g ON g.founder = y.entity
WHERE p.asked AND x.entity <> y.entity AND CAST(sqlc.arg(kinds) AS TEXT) LIKE '% ' || x.kind || ' %'
  AND (x.organisation = sqlc.arg(reader) OR NOT f.guarded) AND (y.organisation = sqlc.arg(reader) OR NOT g.guarded)
  AND ((x.organisation = sqlc.arg(organisation) AND y.organisation = sqlc.arg(organisation)) OR sqlc.arg(organisation) = '')
  AND (p.score < sqlc.arg(score) OR (p.score = sqlc.arg(score) AND (p.a < sqlc.arg(a) OR (p.a = sqlc.arg(a) AND p.b < sqlc.arg(b)))))
  AND NOT EXISTS (SELECT 1 FROM graph_mention u JOIN graph_pair q ON q.a = u.place JOIN graph_mention v ON v.place = q.b
    WHERE q.asked AND u.entity IN (x.entity, y.entity) AND v.entity IN (x.entity, y.entity) AND u.entity <> v.entity
      AND ((u.organisation = sqlc.arg(organisation) AND v.organisation = sqlc.arg(organisation)) OR sqlc.arg(organisation) = '')
      AND (u.organisation = sqlc.arg(reader) OR NOT CASE WHEN u.entity = x.entity THEN f.guarded ELSE g.guarded END)
      AND (v.organisation = sqlc.arg(reader) OR NOT CASE WHEN v.entity = x.entity THEN f.guarded ELSE g.guarded END)
      AND (q.score > p.score OR (q.score = p.score AND (q.a > p.a OR (q.a = p.a AND q.b > p.b)))))
ORDER BY p.score DESC, p.a DESC, p.b DESC LIMIT sqlc.arg(most);

-- name: AskedAfter :many
SELECT p.a, p.b, p.score, p.levels, p.model FROM graph_pair p JOIN graph_mention x ON x.place = p.a JOIN graph_mention y ON y.place = p.b
JOIN graph_entity f ON f.founder = x.entity JOIN graph_entity g ON g.founder = y.entity
WHERE p.asked AND x.entity <> y.entity AND CAST(sqlc.arg(kinds) AS TEXT) LIKE '% ' || x.kind || ' %'
  AND (x.organisation = sqlc.arg(reader) OR NOT f.guarded) AND (y.organisation = sqlc.arg(reader) OR NOT g.guarded)
  AND ((x.organisation = sqlc.arg(organisation) AND y.organisation = sqlc.arg(organisation)) OR sqlc.arg(organisation) = '')
  AND (p.score > sqlc.arg(score) OR (p.score = sqlc.arg(score) AND (p.a > sqlc.arg(a) OR (p.a = sqlc.arg(a) AND p.b > sqlc.arg(b)))))
  AND NOT EXISTS (SELECT 1 FROM graph_mention u JOIN graph_pair q ON q.a = u.place JOIN graph_mention v ON v.place = q.b
    WHERE q.asked AND u.entity IN (x.entity, y.entity) AND v.entity IN (x.entity, y.entity) AND u.entity <> v.entity
      AND ((u.organisation = sqlc.arg(organisation) AND v.organisation = sqlc.arg(organisation)) OR sqlc.arg(organisation) = '')
      AND (u.organisation = sqlc.arg(reader) OR NOT CASE WHEN u.entity = x.entity THEN f.guarded ELSE g.guarded END)
      AND (v.organisation = sqlc.arg(reader) OR NOT CASE WHEN v.entity = x.entity THEN f.guarded ELSE g.guarded END)
      AND (q.score > p.score OR (q.score = p.score AND (q.a > p.a OR (q.a = p.a AND q.b > p.b)))))
ORDER BY p.score, p.a, p.b LIMIT sqlc.arg(most);

-- name: AskedBetween :many
SELECT p.a, p.b FROM graph_mention x JOIN graph_pair p ON p.a = x.place JOIN graph_mention y ON y.place = p.b
WHERE p.asked AND x.entity IN (sqlc.arg(one), sqlc.arg(other)) AND y.entity IN (sqlc.arg(one), sqlc.arg(other)) AND x.entity <> y.entity
ORDER BY p.score DESC, p.a, p.b LIMIT sqlc.arg(most);

-- name: PairsWithin :many
SELECT p.a, p.b, p.state, p.score, p.levels, p.model FROM graph_mention m JOIN graph_pair p ON p.a = m.place
WHERE m.entity = $1 ORDER BY p.score DESC, p.a, p.b LIMIT $2;

-- name: InsertDue :exec
INSERT INTO graph_due (a, b) VALUES ($1, $2) ON CONFLICT (a, b) DO NOTHING;

-- name: Due :many
SELECT a, b FROM graph_due ORDER BY a, b LIMIT $1;

-- name: DeleteDue :exec
DELETE FROM graph_due WHERE a = $1 AND b = $2;

-- name: CountDue :one
SELECT count(*) FROM (SELECT a FROM graph_due LIMIT 1) AS one;

-- name: InsertVerdict :exec
INSERT INTO graph_verdict (seq, place, side, verdict, signal) VALUES ($1, $2, $3, $4, $5);

-- name: Verdict :many
SELECT * FROM graph_verdict WHERE seq = $1 ORDER BY place;

-- name: VerdictsOn :many
SELECT * FROM graph_verdict WHERE place = $1 ORDER BY seq;

-- name: VerdictsWithin :many
SELECT v.* FROM graph_mention m JOIN graph_verdict v ON v.place = m.place
WHERE m.entity = $1 ORDER BY v.seq, v.place;

-- name: DeleteVerdict :exec
DELETE FROM graph_verdict WHERE seq = $1;

-- name: DeleteVerdictsOn :exec
DELETE FROM graph_verdict WHERE place = $1;

-- name: InsertEntity :exec
INSERT INTO graph_entity (founder, entity, kind, mentions, first, last, roles, ages, divided, guarded)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: UpdateEntity :exec
UPDATE graph_entity SET mentions = $2, first = $3, last = $4, roles = $5, ages = $6, divided = $7, guarded = $8 WHERE founder = $1;

-- name: DeleteEntity :exec
DELETE FROM graph_entity WHERE founder = $1;

-- name: Entity :one
SELECT * FROM graph_entity WHERE founder = $1;

-- name: EntityByID :one
SELECT * FROM graph_entity WHERE entity = $1;

-- name: EntityOnceNamed :one
SELECT e.* FROM graph_mention m JOIN graph_entity e ON e.founder = m.entity WHERE m.founds = $1;

-- name: InsertLink :exec
INSERT INTO graph_link (place, signal, kind, from_mention, to_mention, from_entity, to_entity, observed, grade, organisation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: DeleteLinksBetween :exec
DELETE FROM graph_link WHERE place >= sqlc.arg(first) AND place <= sqlc.arg(last);

-- name: MoveLinksFrom :exec
UPDATE graph_link SET from_entity = sqlc.arg(target) WHERE from_entity = sqlc.arg(entity);

-- name: MoveLinksTo :exec
UPDATE graph_link SET to_entity = sqlc.arg(target) WHERE to_entity = sqlc.arg(entity);

-- name: MoveLinkFrom :exec
UPDATE graph_link SET from_entity = sqlc.arg(target) WHERE place >= sqlc.arg(first) AND place <= sqlc.arg(last) AND from_mention = sqlc.arg(mention);

-- name: MoveLinkTo :exec
UPDATE graph_link SET to_entity = sqlc.arg(target) WHERE place >= sqlc.arg(first) AND place <= sqlc.arg(last) AND to_mention = sqlc.arg(mention);

-- name: LinksFrom :many
SELECT * FROM graph_link WHERE from_entity = $1 AND observed >= $2 ORDER BY observed DESC, place DESC LIMIT $3;

-- name: RelativesBehind :many
SELECT DISTINCT e.entity AS one, o.entity AS other
FROM (SELECT place FROM graph_mention g WHERE g.entity = $1 ORDER BY g.place DESC LIMIT $2) AS h
JOIN graph_mention p ON p.place >= h.place / 1024 * 1024 AND p.place < h.place / 1024 * 1024 + 1024
JOIN graph_link l ON l.from_entity = p.entity AND l.kind = 'relative_of'
JOIN graph_entity e ON e.founder = l.from_entity
JOIN graph_entity o ON o.founder = l.to_entity
WHERE p.kind = 'person' AND p.role IN ('presumed_victim', 'worker', 'relative', 'witness');

-- name: CountPersons :one
SELECT count(*) FROM graph_entity WHERE kind = 'person';

-- name: LastModel :many
SELECT * FROM graph_model ORDER BY seq DESC LIMIT 1;

-- name: NextTo :many
SELECT l.to_entity AS entity FROM graph_link l WHERE l.from_entity = sqlc.arg(entity) AND l.to_entity <> sqlc.arg(entity)
UNION
SELECT k.from_entity AS entity FROM graph_link k WHERE k.to_entity = sqlc.arg(entity) AND k.from_entity <> sqlc.arg(entity)
ORDER BY 1 LIMIT sqlc.arg(most);

-- name: NextOfKind :many
SELECT e.founder FROM graph_link l JOIN graph_entity e ON e.founder = l.to_entity
WHERE l.from_entity = sqlc.arg(entity) AND e.kind = sqlc.arg(kind)
UNION
SELECT f.founder FROM graph_link k JOIN graph_entity f ON f.founder = k.from_entity
WHERE k.to_entity = sqlc.arg(entity) AND f.kind = sqlc.arg(kind)
ORDER BY 1 LIMIT sqlc.arg(most);

-- name: CountFrom :many
SELECT l.kind, e.kind AS other, count(DISTINCT l.to_entity) AS n
FROM graph_link l JOIN graph_entity e ON e.founder = l.to_entity
WHERE l.from_entity = $1 GROUP BY l.kind, e.kind ORDER BY l.kind, e.kind;

-- name: CountTo :many
SELECT l.kind, e.kind AS other, count(DISTINCT l.from_entity) AS n
FROM graph_link l JOIN graph_entity e ON e.founder = l.from_entity
WHERE l.to_entity = $1 GROUP BY l.kind, e.kind ORDER BY l.kind, e.kind;

-- name: InsertModel :exec
INSERT INTO graph_model (seq, signal, body) VALUES ($1, $2, $3) ON CONFLICT (seq) DO NOTHING;

-- name: Models :many
SELECT * FROM graph_model ORDER BY seq;

-- name: PartsPlayed :many
SELECT entity, signal FROM graph_mention WHERE kind = 'person' AND role = @role AND NOT blank ORDER BY entity, place;

-- name: RolesIn :many
SELECT mention, signal, kind, role FROM graph_mention WHERE entity = $1 AND NOT blank ORDER BY place;
