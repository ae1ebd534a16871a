-- +goose Up
-- My work reads the open tasks of an organisation in the order of their days, and of
-- ten thousand only the first fifty.
DROP INDEX casework_task_due;
CREATE INDEX casework_task_due ON casework_task (organisation, state, due, id);
