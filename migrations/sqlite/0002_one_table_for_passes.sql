-- Tokens and sessions are one thing: what a bearer holds.
CREATE TABLE pass (
    hash         BLOB   PRIMARY KEY,
    kind         TEXT   NOT NULL,            -- token or session
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
INSERT INTO pass SELECT hash, 'token', name, role, organisation, created_at, expires_at FROM token;
INSERT INTO pass SELECT hash, 'session', name, role, organisation, created_at, expires_at FROM session;
DROP TABLE token;
DROP TABLE session;

-- One row: tells whether a key file is this database's.
CREATE TABLE identity_key (
    only_row    BIGINT PRIMARY KEY CHECK (only_row = 1),
    fingerprint BLOB   NOT NULL
);
