-- +goose Up
CREATE INDEX evidence_signal_of ON evidence_signal (organisation, seq);
