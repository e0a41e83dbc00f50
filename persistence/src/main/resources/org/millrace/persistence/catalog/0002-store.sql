-- One row: what tells this store from every other.

CREATE TABLE IF NOT EXISTS store (
    id BIGINT NOT NULL PRIMARY KEY
);
