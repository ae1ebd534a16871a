-- +goose Up
-- What a directory lists among those who help is noted with the mention, and so
-- goes wherever resolution puts the mention.
UPDATE graph_mention SET role = CASE WHEN role = '' THEN 'aid' ELSE 'aid ' || role END
WHERE kind IN ('place', 'organisation', 'phone') AND signal IN (SELECT id FROM evidence_signal WHERE kind = 'directory');
UPDATE graph_entity SET roles = CASE WHEN roles = '' THEN 'aid' ELSE 'aid ' || roles END
WHERE founder IN (SELECT entity FROM graph_mention WHERE role = 'aid' OR role LIKE 'aid %');
