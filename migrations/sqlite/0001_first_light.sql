-- The durable truth. Times are microseconds since 1970 in UTC; portable column types only (BIGINT, DOUBLE PRECISION,
-- TEXT and short byte strings), so that PostgreSQL can hold the same.

-- One row. A writing transaction raises it last and takes the numbers it skipped; followers read by number.
CREATE TABLE revision (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    value    BIGINT NOT NULL
);
INSERT INTO revision (only_row, value) VALUES (1, 0);

-- The current version of each report.
CREATE TABLE report (
    id            INTEGER PRIMARY KEY,
    identity      BLOB    NOT NULL UNIQUE,     -- keyed hash of source and external id
    digest        BLOB    NOT NULL,            -- of what the report says: tells changed from unchanged
    version       BIGINT  NOT NULL,
    sequence      BIGINT  NOT NULL UNIQUE,     -- revision at which this version was recorded
    received_at   BIGINT  NOT NULL,            -- when the first version was recorded
    source        TEXT    NOT NULL,
    external_id   TEXT,                        -- only where the source's configuration keeps it
    kind          TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    occurred_from BIGINT  NOT NULL,
    occurred_to   BIGINT  NOT NULL,
    reported_at   BIGINT,
    status        TEXT    NOT NULL,
    lat           DOUBLE PRECISION,
    lng           DOUBLE PRECISION,
    precision     TEXT,
    precision_m   DOUBLE PRECISION,
    place         TEXT,
    text          TEXT,
    weight        DOUBLE PRECISION NOT NULL
);

-- Earlier versions, as they were.
CREATE TABLE report_version (
    id            BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    sequence      BIGINT NOT NULL,
    replaced_at   BIGINT NOT NULL,
    category      TEXT   NOT NULL,
    occurred_from BIGINT NOT NULL,
    occurred_to   BIGINT NOT NULL,
    reported_at   BIGINT,
    status        TEXT   NOT NULL,
    lat           DOUBLE PRECISION,
    lng           DOUBLE PRECISION,
    precision     TEXT,
    precision_m   DOUBLE PRECISION,
    place         TEXT,
    text          TEXT,
    weight        DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id, version)
);

-- Rows that are not in the picture, and why. The digest finds a row again in its feed; its content is not kept.
CREATE TABLE quarantine (
    source      TEXT   NOT NULL,
    digest      BLOB   NOT NULL,
    file        TEXT   NOT NULL,
    line        BIGINT NOT NULL,
    code        TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (source, digest)
);

CREATE TABLE hotspot (
    id         TEXT   PRIMARY KEY,
    number     BIGINT NOT NULL UNIQUE,
    profile    TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    sequence   BIGINT NOT NULL UNIQUE,
    finding    TEXT   NOT NULL                -- JSON of the latest finding
);

-- What each look made of a hotspot.
CREATE TABLE hotspot_history (
    hotspot  TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    state    TEXT   NOT NULL,
    observed DOUBLE PRECISION NOT NULL,
    expected DOUBLE PRECISION NOT NULL,
    p_value  DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (hotspot, sequence)
);

-- Looks of the detection, whether they found something or not.
CREATE TABLE look (
    profile  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    PRIMARY KEY (profile, at)
);

-- API tokens and signed-in browsers; only hashes of what the bearer holds.
CREATE TABLE token (
    hash         BLOB   PRIMARY KEY,
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE TABLE session (
    hash         BLOB   PRIMARY KEY,
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
