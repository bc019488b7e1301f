-- What a row in quarantine says, encrypted under the key of the identities; empty where it could not be cut into columns or
-- the row was discarded. It is deleted after 30 days.
ALTER TABLE quarantine ADD COLUMN content BLOB NOT NULL DEFAULT x'';

-- Words of feeds that an analyst mapped to a category; those of the configuration come first.
CREATE TABLE category_mapping (
    source       TEXT   NOT NULL,
    word         TEXT   NOT NULL,
    category     TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    role         TEXT   NOT NULL,             -- a role in an organisation, not a person
    organisation TEXT   NOT NULL,
    PRIMARY KEY (source, word)
);
