-- +goose Up
-- Who set a lead aside, and how many persons were behind it then: each recipient
-- speaks for itself. It outlives the lead, so that one does not come back with no
-- more behind it.
CREATE TABLE typology_dismissal (
    lead         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    persons      BIGINT NOT NULL,
    signal       TEXT   NOT NULL,
    PRIMARY KEY (lead, organisation)
);
INSERT INTO typology_dismissal (lead, organisation, persons, signal)
SELECT l.id, s.organisation, l.persons, l.verdict FROM typology_lead l JOIN evidence_signal s ON s.id = l.verdict WHERE l.state = 'dismissed';
DELETE FROM typology_lead WHERE state = 'dismissed' AND NOT EXISTS (SELECT 1 FROM typology_recipient r WHERE r.lead = typology_lead.id);
UPDATE typology_recipient SET state = 'open' WHERE state = 'dismissed'
AND NOT EXISTS (SELECT 1 FROM typology_dismissal d WHERE d.lead = typology_recipient.lead AND d.organisation = typology_recipient.organisation);
UPDATE typology_lead SET state = 'open', verdict = '' WHERE state = 'dismissed'
AND EXISTS (SELECT 1 FROM typology_recipient r WHERE r.lead = typology_lead.id AND r.state = 'open');
