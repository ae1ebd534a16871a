-- +goose Up
-- One case of help for one lead: two desks do not work past each other.
CREATE UNIQUE INDEX casework_case_lead ON casework_case (lead) WHERE lead <> '';
CREATE INDEX casework_case_signal ON casework_case (signal);
CREATE INDEX casework_referral_consent ON casework_referral (consent);
CREATE INDEX casework_referral_outbox ON casework_referral (organisation, sent_at);
