-- +goose Up
-- The duty of the law under which a referral was sent in the place of a word, and
-- the referral by which a case came to whoever took the person on. Empty: none.
ALTER TABLE casework_referral ADD COLUMN duty TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_case ADD COLUMN referral TEXT NOT NULL DEFAULT '';
CREATE INDEX casework_case_referral ON casework_case (referral);
