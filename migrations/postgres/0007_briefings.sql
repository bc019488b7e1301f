-- Briefings that were ordered, and what became of them.
CREATE TABLE briefing (
    id           TEXT   PRIMARY KEY,
    kind         TEXT   NOT NULL,
    period       TEXT   NOT NULL,
    audience     TEXT   NOT NULL,            -- organisation whose view it was made with
    subject      TEXT,                       -- hotspot or project that it is about
    role         TEXT   NOT NULL,            -- who ordered it: a role in an organisation, not a person
    organisation TEXT   NOT NULL,
    ordered_at   BIGINT NOT NULL,
    status       TEXT   NOT NULL,            -- queued, writing, ready, refused
    started_at   BIGINT,
    finished_at  BIGINT,
    stamp        TEXT,                       -- state of the data
    problem      TEXT,                       -- why it was refused
    delete_at    BIGINT NOT NULL             -- its own deadline
);
CREATE INDEX briefing_by_status ON briefing (status, ordered_at);

-- Issued files. They are not changed; the hash shows it.
CREATE TABLE briefing_file (
    briefing TEXT NOT NULL REFERENCES briefing (id) ON DELETE CASCADE,
    form     TEXT NOT NULL,                  -- pdf, html, xlsx
    hash     BYTEA NOT NULL,                  -- BLAKE3 of the content
    content  BYTEA NOT NULL,
    PRIMARY KEY (briefing, form)
);
