-- +goose Up
-- Each referral's payload is sealed under a key set of its own, so that what is
-- withdrawn is gone from every backup too. Empty: under the person's.
ALTER TABLE casework_referral ADD COLUMN subject TEXT NOT NULL DEFAULT '';
