-- +goose Up
-- Imports that were taken before their state was kept had ended: nothing had been
-- counted of them.
UPDATE evidence_import SET state = 'done', ended_at = started_at, rows = (SELECT count(*) FROM evidence_signal s WHERE s.import = evidence_import.id)
WHERE state = 'running' AND rows = 0 AND total = 0;
