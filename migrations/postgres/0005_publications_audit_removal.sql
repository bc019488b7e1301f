-- Counts of a closed week for one receiver: issued once, not revised. The content is JSON of sums that may be known.
CREATE TABLE publication (
    organisation TEXT   NOT NULL,
    week         TEXT   NOT NULL,             -- such as 2026-W46
    number       BIGINT NOT NULL,             -- counted by receiver
    sequence     BIGINT NOT NULL UNIQUE,      -- revision at which it was issued
    issued_at    BIGINT NOT NULL,
    content      TEXT   NOT NULL,
    PRIMARY KEY (organisation, week)
);

-- The token that a session was opened with: the session ends with it.
ALTER TABLE pass ADD COLUMN opened_by BYTEA;

-- Who saw, exported, changed what. Each entry's hash covers the one before it; the content of what was seen is not in it.
CREATE TABLE audit (
    number       BIGINT PRIMARY KEY,
    at           BIGINT NOT NULL,
    revision     BIGINT NOT NULL,
    action       TEXT   NOT NULL,
    what         TEXT   NOT NULL,            -- the address, such as /api/v1/reports
    words        TEXT   NOT NULL,            -- what was asked there
    times        BIGINT NOT NULL,            -- how often, in a row
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    hash         BYTEA  NOT NULL
);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

-- Reports that were deleted: followers take them out, and it can be shown that they are gone. Nothing of what they said.
CREATE TABLE removal (
    sequence   BIGINT PRIMARY KEY,           -- revision at which it was deleted
    report     BIGINT NOT NULL,
    source     TEXT   NOT NULL,
    removed_at BIGINT NOT NULL,
    reason     TEXT   NOT NULL               -- deadline or erasure
);
