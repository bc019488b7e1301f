-- One row for each file that a picture is written to, with random numbers that the file bears too: a database that knows
-- one has all that the file holds.
CREATE TABLE picture_stamp (
    stamp       BYTEA PRIMARY KEY,
    predecessor BYTEA   -- of the file that is replaced: it is good until the new one is there
);

-- No file that may hold a deleted report is used again, whoever deletes it.
CREATE FUNCTION forget_pictures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DELETE FROM %I.picture_stamp', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_pictures AFTER DELETE OR TRUNCATE ON report FOR EACH STATEMENT EXECUTE FUNCTION forget_pictures();
