-- Tokens and sessions are one thing: what a bearer holds.
CREATE TABLE pass (
    hash         BYTEA  PRIMARY KEY,
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
    fingerprint BYTEA  NOT NULL
);

-- Tells every node that listens, when the transaction that took the numbers commits.
CREATE FUNCTION tell_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('lagebild_revision', NEW.value::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_revision AFTER UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION tell_revision();
