-- What persons and later looks make of a hotspot, what is doubtful about the data, and the weekly layers.
ALTER TABLE hotspot ADD COLUMN story TEXT NOT NULL DEFAULT '{}';   -- JSON: name, verdict, came from, merged into

-- The clock's time of the look; 0 for a look that was made up for later. Looks before this column count as made in time.
ALTER TABLE look ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;
UPDATE look SET made_at = at;

-- A rule, such as that for accidents, has no p value.
CREATE TABLE hotspot_history_of_any_method (
    hotspot  TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    state    TEXT   NOT NULL,
    observed DOUBLE PRECISION NOT NULL,
    expected DOUBLE PRECISION NOT NULL,
    p_value  DOUBLE PRECISION,
    PRIMARY KEY (hotspot, sequence)
);
INSERT INTO hotspot_history_of_any_method SELECT hotspot, sequence, at, state, observed, expected, p_value FROM hotspot_history;
DROP TABLE hotspot_history;
ALTER TABLE hotspot_history_of_any_method RENAME TO hotspot_history;

-- What analysts said: a role in an organisation, not a person.
CREATE TABLE hotspot_review (
    hotspot      TEXT   NOT NULL,
    sequence     BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    action       TEXT   NOT NULL,
    text         TEXT,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    PRIMARY KEY (hotspot, sequence)
);

-- Notices of the latest look about the data.
CREATE TABLE data_notice (
    number BIGINT PRIMARY KEY,
    body   TEXT   NOT NULL                 -- JSON
);

-- The latest weekly layers.
CREATE TABLE weekly_layer (
    id      TEXT   PRIMARY KEY,
    made_at BIGINT NOT NULL,
    body    TEXT   NOT NULL                -- JSON
);
