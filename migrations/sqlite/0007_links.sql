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
