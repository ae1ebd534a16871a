-- +goose Up
-- One receipt of a case opens at a time.
CREATE UNIQUE INDEX receipt_code_one ON receipt_code ("case") WHERE ended_at = 0;
