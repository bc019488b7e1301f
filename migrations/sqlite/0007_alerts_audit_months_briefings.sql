-- What is told to whom. The body of an alert is whole; each receiver is shown its own part of it.
CREATE TABLE alert (
    id          BIGINT PRIMARY KEY,
    fingerprint TEXT   NOT NULL,             -- of the labels that make it what it is
    is_open     BIGINT NOT NULL,             -- goes on, or somebody has not closed it
    sequence    BIGINT NOT NULL,
    touched_at  BIGINT NOT NULL,             -- when the program or a person last did something about it
    body        TEXT   NOT NULL
);
CREATE INDEX alert_by_open ON alert (is_open, id);
CREATE INDEX alert_by_sequence ON alert (sequence);

-- Who was told of it.
CREATE TABLE alert_receiver (
    organisation TEXT   NOT NULL,
    alert        BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    PRIMARY KEY (organisation, alert)
);

CREATE TABLE subscription (
    id           TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    body         TEXT   NOT NULL
);

CREATE TABLE silence (
    id           BIGINT PRIMARY KEY,
    organisation TEXT   NOT NULL,
    ends_at      BIGINT NOT NULL,
    body         TEXT   NOT NULL
);

-- Sofortmeldungen and requests to talk. By a role in an organisation, not a person.
CREATE TABLE bulletin (
    id           BIGINT PRIMARY KEY,
    at           BIGINT NOT NULL,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    alert        BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    body         TEXT   NOT NULL
);

-- What is to be sent, and what became of it: written in the transaction of the decision.
CREATE TABLE delivery (
    id           BIGINT PRIMARY KEY,
    message      TEXT   NOT NULL,             -- id for the receiver: the same at every try and replay
    queue        TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    not_before   BIGINT NOT NULL,
    state        TEXT   NOT NULL,             -- waiting, delivered, failed
    attempts     BIGINT NOT NULL,
    tried_at     BIGINT,
    done_at      BIGINT,
    problem      TEXT,
    body         TEXT   NOT NULL
);
CREATE INDEX delivery_waiting ON delivery (queue, id) WHERE state = 'waiting';
CREATE INDEX delivery_of ON delivery (organisation, id);

-- One row for each way of each receiver: what waits there goes in order, and one worker at a time sends it.
CREATE TABLE delivery_queue (
    queue        TEXT   PRIMARY KEY,
    organisation TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    due_at       BIGINT,                      -- none while nothing waits
    holder       TEXT,
    lease_until  BIGINT,
    off_since    BIGINT,                      -- switched off, because nothing arrived for long
    problem      TEXT
);

-- Documents of the Common Alerting Protocol that a person released.
CREATE TABLE cap_document (
    id      TEXT   PRIMARY KEY,
    number  BIGINT NOT NULL,
    alert   BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    sent_at BIGINT NOT NULL,
    body    TEXT   NOT NULL
);

-- The last number of a table whose rows were deleted: no number is given twice.
CREATE TABLE last_number (
    name   TEXT   PRIMARY KEY,               -- of the table
    number BIGINT NOT NULL
);

-- Closed months of the audit log: their entries are deleted at their deadline, and the chain goes on from the last hash.
CREATE TABLE audit_month (
    month        TEXT   PRIMARY KEY,         -- such as 2026-11, in Berlin
    first_number BIGINT NOT NULL,
    last_number  BIGINT NOT NULL,
    last_hash    BLOB   NOT NULL,            -- of the last entry
    seal         BLOB   NOT NULL,            -- of the four above, with the installation's key
    closed_at    BIGINT NOT NULL,
    deleted_at   BIGINT                      -- when its entries were deleted
);
DROP TRIGGER audit_is_not_deleted;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
WHEN NOT EXISTS (
    SELECT 1 FROM audit_month
    WHERE deleted_at IS NOT NULL AND OLD.number BETWEEN first_number AND last_number
)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

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
    hash     BLOB NOT NULL,                  -- BLAKE3 of the content
    content  BLOB NOT NULL,
    PRIMARY KEY (briefing, form)
);

-- Projects of city and police: plan, steps, reports and measures are the body. By roles in organisations, not persons.
CREATE TABLE project (
    id          TEXT   PRIMARY KEY,
    status      TEXT   NOT NULL,             -- proposed, in_decision, decided, running, finished, declined
    proposed_at BIGINT NOT NULL,
    body        TEXT   NOT NULL
);
