-- One row for each file that a picture is written to, with random numbers that the file bears too: a database that knows
-- one has all that the file holds.
CREATE TABLE picture_stamp (
    stamp       BLOB PRIMARY KEY,
    predecessor BLOB   -- of the file that is replaced: it is good until the new one is there
);

-- No file that may hold a deleted report is used again, whoever deletes it.
CREATE TRIGGER forget_pictures AFTER DELETE ON report
BEGIN
    DELETE FROM picture_stamp;
END;
