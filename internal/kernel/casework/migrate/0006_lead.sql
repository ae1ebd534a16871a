-- +goose Up
-- The open case of a lead, of which there is one at most: two desks do not work
-- past each other. A case that is closed keeps the lead from nobody.
CREATE TABLE casework_lead (
    lead   TEXT PRIMARY KEY,
    "case" TEXT NOT NULL REFERENCES casework_case (id)
);
INSERT INTO casework_lead (lead, "case") SELECT lead, id FROM casework_case WHERE lead <> '' AND state <> 'closed';
DROP INDEX casework_case_lead;
CREATE INDEX casework_case_from ON casework_case (lead) WHERE lead <> '';

-- Cases that were open before there was a clock get one, as if it had been wound
-- when they were last moved. No job wakes for them: they have asked as soon as
-- they are due.
INSERT INTO casework_review ("case", organisation, due, asked_at)
SELECT id, organisation, moved_at + 86400000000 * CASE state WHEN 'intake' THEN 3 WHEN 'planned' THEN 14 ELSE 30 END,
    moved_at + 86400000000 * CASE state WHEN 'intake' THEN 3 WHEN 'planned' THEN 14 ELSE 30 END
FROM casework_case WHERE state <> 'closed' AND NOT EXISTS (SELECT 1 FROM casework_review r WHERE r."case" = casework_case.id);
