-- +goose Up
-- Of an answer only the place where it can be read is kept, sealed: what was
-- answered may be withheld or forgotten by the time the request is sent again.
DELETE FROM rest_key;
