-- +goose Up
-- What a directory lists is noted in the graph, with the mention itself.
DROP TABLE typology_known;
