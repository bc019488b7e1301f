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
