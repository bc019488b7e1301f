-- People who sign in with a password. Of the password only its Argon2id hash; the second factor's secret is made of the salt
-- and the installation's key, so that the database alone does not hold it.
CREATE TABLE account (
    name         TEXT   PRIMARY KEY,         -- to sign in with
    label        TEXT   NOT NULL,            -- to show
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    password     TEXT   NOT NULL,            -- PHC string
    totp_salt    BYTEA,                      -- none without a second factor
    totp_step    BIGINT,                     -- time step of the last code taken: none is taken twice
    created_at   BIGINT NOT NULL,
    is_disabled  BIGINT NOT NULL
);

-- The account that a session belongs to: it ends with it. A session that nobody has used for as long as idle_us has ended;
-- of a token, seen_at is when it was last used.
ALTER TABLE pass ADD COLUMN account TEXT;
ALTER TABLE pass ADD COLUMN seen_at BIGINT;
ALTER TABLE pass ADD COLUMN idle_us BIGINT;
-- The organisation whose view a session of the management looks at; none when it looks at its own.
ALTER TABLE pass ADD COLUMN preview TEXT;

-- Pairs of reports that may tell of one happening. Neither report is changed by it; when one goes, the link goes.
CREATE TABLE report_link (
    first        BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,   -- the smaller number
    second       BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    state        TEXT   NOT NULL,            -- proposed, linked; by a person: confirmed, undone
    score        DOUBLE PRECISION NOT NULL,
    distance_m   DOUBLE PRECISION NOT NULL,
    gap_seconds  BIGINT NOT NULL,
    words        DOUBLE PRECISION,           -- share of words in common
    found_at     BIGINT NOT NULL,
    decided_at   BIGINT,
    role         TEXT,                       -- who decided: a role in an organisation, not a person
    organisation TEXT,
    PRIMARY KEY (first, second)
);
CREATE INDEX report_link_by_second ON report_link (second);

-- One row: reports up to this revision have been compared.
CREATE TABLE linking (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    revision BIGINT NOT NULL
);
INSERT INTO linking (only_row, revision) VALUES (1, 0);

-- What a row in quarantine says, encrypted under the key of the identities; empty where it could not be cut into columns or
-- the row was discarded. It is deleted after 30 days.
ALTER TABLE quarantine ADD COLUMN content BYTEA NOT NULL DEFAULT '';

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
