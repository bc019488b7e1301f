PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES(1,'first light','2026-11-22 11:09:07',1,X'b50b4d66f8f6cc3d8b00a315dca3f33019adb05e536d189b702da19459a4a606b69c6ced64d6f4860bbe56ded25fe16c',941848);
INSERT INTO _sqlx_migrations VALUES(2,'one table for passes','2026-11-22 11:09:07',1,X'7af9fc5d1df4f239434f90462d982e77e47643a8987977e19de45c7cfc402cd12ea076c6ac8adfdcb1a35ee5a402ad36',402477);
INSERT INTO _sqlx_migrations VALUES(3,'stories','2026-11-22 11:09:07',1,X'36df8ea6d5b65980ed94766ee2bfd5decfc0be6f2334617481829650b5cdc30ffaedfa669181e3106ad95214bae0d8bb',919354);
INSERT INTO _sqlx_migrations VALUES(4,'stamps of the picture','2026-11-22 12:20:44',1,X'f932f1e60b02e0eaeed9d77ee3c21769064089713c49ccde2bb8d971e20ae59ac512ca86e1c900c35581943249380919',14510274);
INSERT INTO _sqlx_migrations VALUES(5,'publications audit removal','2026-11-22 14:47:15',1,X'98a0edcece94575ae28964ac10ce58906125bd69d7b3befd8f4b1b52e4eb790a2641e58c9e91c9827a4f581aab9c631f',7373768);
INSERT INTO _sqlx_migrations VALUES(6,'accounts links held rows','2026-11-22 18:17:24',1,X'1dbe77f2784742cb09c9e587bb17e5a6749ca8ba517534421208ea577069cc3c0e4ac415914f566b68b358a73709f759',4652527);
CREATE TABLE revision (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    value    BIGINT NOT NULL
);
INSERT INTO revision VALUES(1,25);
CREATE TABLE report (
    id            INTEGER PRIMARY KEY,
    identity      BLOB    NOT NULL UNIQUE,     -- keyed hash of source and external id
    digest        BLOB    NOT NULL,            -- of what the report says: tells changed from unchanged
    version       BIGINT  NOT NULL,
    sequence      BIGINT  NOT NULL UNIQUE,     -- revision at which this version was recorded
    received_at   BIGINT  NOT NULL,            -- when the first version was recorded
    source        TEXT    NOT NULL,
    external_id   TEXT,                        -- only where the source's configuration keeps it
    kind          TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    occurred_from BIGINT  NOT NULL,
    occurred_to   BIGINT  NOT NULL,
    reported_at   BIGINT,
    status        TEXT    NOT NULL,
    lat           DOUBLE PRECISION,
    lng           DOUBLE PRECISION,
    precision     TEXT,
    precision_m   DOUBLE PRECISION,
    place         TEXT,
    text          TEXT,
    weight        DOUBLE PRECISION NOT NULL
);
INSERT INTO report VALUES(1,X'e5039e76fa81e7dda7441c217a0a66d7',X'74bdeafac250162bdb8bd2ff2bc82d90',3,25,1795345747461955,'maengel','M1','complaint','wilder_muell',1791181800000000,1791181800000000,NULL,'open',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz','Säcke neben der Bank',1.0);
INSERT INTO report VALUES(2,X'ff0a8fa273dadc95f69ffadce2deebdf',X'd42186c5fe5442afcd5fa33cd2b40b40',1,2,1795345747461955,'maengel','M2','complaint','laerm_nacht',1791231300000000,1791231300000000,NULL,'open',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz',NULL,1.0);
INSERT INTO report VALUES(3,X'6ff5e85aa4c3f0fbae62df8a5209d06f',X'e34da3d33509934f1fd87a4da6f75b1a',1,3,1795345747461955,'maengel','M3','complaint','wilder_muell',1791262740000000,1791262740000000,NULL,'in_progress',51.659999999999996591,7.7569999999999996731,'point',10.0,'Westweg',NULL,1.0);
INSERT INTO report VALUES(4,X'd21b531c18a65e2f0d673ba6d9756545',X'a3453cf83771bb73aadf8d65a9bbe95d',1,4,1795345747461955,'maengel','M4','complaint','beleuchtung_defekt',1791349200000000,1791349200000000,NULL,'closed',51.640000000000000567,7.8399999999999998578,'point',10.0,'Ostplatz',NULL,1.0);
INSERT INTO report VALUES(5,X'22a07056a069a94f148381e977dfb652',X'3331dd7267fbdf9659226b52f96b1752',1,5,1795345747461955,'maengel','M5','complaint','laerm_nacht',1791667800000000,1791667800000000,NULL,'rejected',51.640000000000000567,7.8399999999999998578,'point',10.0,'Ostplatz',NULL,1.0);
INSERT INTO report VALUES(6,X'85ae6481c84037c071174d004af3e46a',X'538984220dfd326a36809de290b1ce5f',1,6,1795345747461955,'maengel','M6','complaint','graffiti',1791669600000000,1791669600000000,NULL,'open',51.659999999999996591,7.8700000000000001065,'point',10.0,'Ostweg',NULL,1.0);
INSERT INTO report VALUES(7,X'88186fc283108442a03da010a1865f31',X'7ff30b5571c077d12d7556ee718a33c9',1,7,1795345747461955,'maengel','M7','complaint','wilder_muell',1791720000000000,1791720000000000,NULL,'open',NULL,NULL,NULL,NULL,NULL,'ohne Ort',1.0);
INSERT INTO report VALUES(8,X'e6430d150bbe8dc31aa9e0e10e52be57',X'4884fe6b392f481fd89b05e69d618ec5',1,8,1795345747461955,'maengel','M8','complaint','falschparken',1791799200000000,1791799200000000,NULL,'open',51.649999999999998577,7.9500000000000001776,'point',10.0,'Landstraße',NULL,1.0);
INSERT INTO report VALUES(9,X'a5173fd4a0ab1dfde81f0075f1a565cc',X'cec4171fe26f55802420754b16ce2553',1,9,1795345747461955,'maengel','M9','complaint','wilder_muell',1789891200000000,1789891200000000,NULL,'closed',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz',NULL,1.0);
INSERT INTO report VALUES(10,X'd99f4ff634fb367416356bcf4e79a144',X'409add61236067c27e69fe927587d534',1,10,1795345747461955,'maengel','M10','complaint','wilder_muell',1790755200000000,1790755200000000,NULL,'closed',51.659999999999996591,7.7569999999999996731,'point',10.0,'Westweg',NULL,1.0);
INSERT INTO report VALUES(11,X'9fab1f8e0c217a6d531a754ae03c7fbb',X'0a71d0f3824e363f0f5cbc861488b233',1,11,1795345747461955,'maengel','M11','complaint','wilder_muell',1759305600000000,1759305600000000,NULL,'closed',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz',NULL,1.0);
INSERT INTO report VALUES(12,X'8ca73a1415200f4a92e6b5d3bcba113b',X'61d540748371ddec14c514b9029f2c3d',1,12,1795345747461955,'maengel','M12','complaint','wilder_muell',1759737600000000,1759737600000000,NULL,'closed',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz',NULL,1.0);
INSERT INTO report VALUES(13,X'a63d17a36233c9df0af65ef1fe8bc569',X'2c0afe10a54e1b9f67487de5036566f1',1,13,1795345747502573,'vorgaenge','V1','incident','wohnungseinbruch',1791230400000000,1791259200000000,NULL,'closed',51.659999999999996591,7.7569999999999996731,'point',10.0,'Westweg',NULL,1.0);
INSERT INTO report VALUES(14,X'839628a5dc7d43ee7a069b0d6c1f74cc',X'7be7f8e3486f06a8bab312f8e9d1594b',1,14,1795345747502573,'vorgaenge','V2','incident','fahrraddiebstahl',1791291600000000,1791291600000000,NULL,'closed',51.640000000000000567,7.8399999999999998578,'point',10.0,'Ostplatz',NULL,1.0);
INSERT INTO report VALUES(15,X'c4f4303013834fe84afe8ad637834f9d',X'75c85450511b98a0380732f86689b49e',1,15,1795345747502573,'vorgaenge','V3','incident','koerperverletzung',1791421200000000,1791421200000000,NULL,'closed',51.659999999999996591,7.8700000000000001065,'point',10.0,'Ostweg',NULL,1.0);
INSERT INTO report VALUES(16,X'305642b403c03a35a2dcce1583fa1e99',X'2fabbbca2e8da8af78d9eb2cfce8f61d',1,16,1795345747502573,'vorgaenge','V4','incident','sexualdelikt',1791568800000000,1791568800000000,NULL,'closed',51.61999999999999744,7.7099999999999999644,'point',10.0,'Schutzgasse',NULL,1.0);
INSERT INTO report VALUES(17,X'a1c771c5dc17a0efd4d7cd588a0d4c18',X'ba820f0649681ff6918891ac61a9821d',1,17,1795345747502573,'vorgaenge','V5','incident','haeusliche_gewalt',1791586800000000,1791586800000000,NULL,'closed',51.60999999999999943,7.8799999999999998934,'point',10.0,'Schutzgasse',NULL,1.0);
INSERT INTO report VALUES(18,X'429dba360915ecc4b19d31cbae3a1b59',X'774e8c769f9a634432e2c1ea2b63af66',1,18,1795345747502573,'vorgaenge','V6','incident','wohnungseinbruch',1791021600000000,1791885600000000,NULL,'closed',51.659999999999996591,7.7569999999999996731,'point',10.0,'Westweg',NULL,1.0);
INSERT INTO report VALUES(19,X'1ad0a8f4d2f6dd39c8ebbb65d985ddcc',X'513a1dfc1043d3e78cea7582861be403',1,19,1795345747502573,'vorgaenge','V7','incident','rauschgift_kontrolle',1791381600000000,1791381600000000,NULL,'closed',51.659999999999996591,7.8700000000000001065,'point',10.0,'Ostweg',NULL,1.0);
INSERT INTO report VALUES(20,X'3808cc2ce02a874f4dd061298c5829e5',X'3c2abbb2da27bdeab25a03bd0520f338',1,20,1795345747502573,'vorgaenge','V8','incident','fahrraddiebstahl',1791151140000000,1791151140000000,NULL,'closed',51.659999999999996591,7.8700000000000001065,'point',10.0,'Ostweg',NULL,1.0);
INSERT INTO report VALUES(21,X'7e4ec63203625a09e294ded68822e54f',X'10f028399c8ea097a63c12c282d3014e',1,21,1795345747526167,'wahrnehmung',NULL,'perception','unsicher_dunkelheit',1791151200000000,1791237600000000,NULL,'open',51.640000000000000567,7.7300000000000004263,'point',10.0,NULL,NULL,1.0);
INSERT INTO report VALUES(22,X'00f8ca6c4599eccc7865bbd85ece100f',X'20e1dbe97bdc485b0f81406831d2e155',1,22,1795345747526167,'wahrnehmung',NULL,'perception','unsicher_stoerung',1791561600000000,1791561600000000,NULL,'open',51.640000000000000567,7.8399999999999998578,'point',10.0,NULL,NULL,1.0);
INSERT INTO report VALUES(23,X'277e127dffa7f0778a188c0d7952d85f',X'653bdac353e2c6378ba7968690e14745',1,23,1795345747526167,'wahrnehmung',NULL,'perception','unsicher_verkehr',1790805600000000,1793487600000000,NULL,'open',51.640000000000000567,7.8399999999999998578,'area',2000.0,NULL,NULL,1.0);
CREATE TABLE report_version (
    id            BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    sequence      BIGINT NOT NULL,
    replaced_at   BIGINT NOT NULL,
    category      TEXT   NOT NULL,
    occurred_from BIGINT NOT NULL,
    occurred_to   BIGINT NOT NULL,
    reported_at   BIGINT,
    status        TEXT   NOT NULL,
    lat           DOUBLE PRECISION,
    lng           DOUBLE PRECISION,
    precision     TEXT,
    precision_m   DOUBLE PRECISION,
    place         TEXT,
    text          TEXT,
    weight        DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id, version)
);
INSERT INTO report_version VALUES(1,1,1,1795345747564830,'wilder_muell',1791181800000000,1791181800000000,NULL,'open',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz','Säcke neben der Bank',1.0);
INSERT INTO report_version VALUES(1,2,24,1795345747600095,'wilder_muell',1791181800000000,1791181800000000,NULL,'closed',51.640000000000000567,7.7300000000000004263,'point',10.0,'Westplatz','Säcke neben der Bank',1.0);
CREATE TABLE quarantine (
    source      TEXT   NOT NULL,
    digest      BLOB   NOT NULL,
    file        TEXT   NOT NULL,
    line        BIGINT NOT NULL,
    code        TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    received_at BIGINT NOT NULL, content BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (source, digest)
);
INSERT INTO quarantine VALUES('maengel',X'7094d11c6cb359e9e8cc9c2025953c40','maengel.csv',14,'date','column "Zeit": a text is no date of the form 2026-11-01T08:30:00+01:00, 2026-11-01 08:30 or 2026-11-01',1795345747564830,X'');
CREATE TABLE hotspot (
    id         TEXT   PRIMARY KEY,
    number     BIGINT NOT NULL UNIQUE,
    profile    TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    sequence   BIGINT NOT NULL UNIQUE,
    finding    TEXT   NOT NULL                -- JSON of the latest finding
, story TEXT NOT NULL DEFAULT '{}');
CREATE TABLE look (
    profile  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    findings BIGINT NOT NULL, made_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (profile, at)
);
CREATE TABLE pass (
    hash         BLOB   PRIMARY KEY,
    kind         TEXT   NOT NULL,            -- token or session
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
, opened_by BLOB, account TEXT, seen_at BIGINT, idle_us BIGINT, preview TEXT);
INSERT INTO pass VALUES(X'b19c4c979cbd478c364d9036ded6835520e1d47bd29b8b3a893bc0d834a31a8b','token','Test','analyst','stadt',1795345747644270,1803121747644184,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE identity_key (
    only_row    BIGINT PRIMARY KEY CHECK (only_row = 1),
    fingerprint BLOB   NOT NULL
);
INSERT INTO identity_key VALUES(1,X'01f40432afc3797b32aca211253cbbe9');
CREATE TABLE IF NOT EXISTS "hotspot_history" (
    hotspot  TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    state    TEXT   NOT NULL,
    observed DOUBLE PRECISION NOT NULL,
    expected DOUBLE PRECISION NOT NULL,
    p_value  DOUBLE PRECISION,
    PRIMARY KEY (hotspot, sequence)
);
CREATE TABLE hotspot_review (
    hotspot      TEXT   NOT NULL,
    sequence     BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    action       TEXT   NOT NULL,
    text         TEXT,
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    PRIMARY KEY (hotspot, sequence)
);
CREATE TABLE data_notice (
    number BIGINT PRIMARY KEY,
    body   TEXT   NOT NULL                 -- JSON
);
CREATE TABLE weekly_layer (
    id      TEXT   PRIMARY KEY,
    made_at BIGINT NOT NULL,
    body    TEXT   NOT NULL                -- JSON
);
CREATE TABLE picture_stamp (
    stamp       BLOB PRIMARY KEY,
    predecessor BLOB   -- of the file that is replaced: it is good until the new one is there
);
CREATE TABLE publication (
    organisation TEXT   NOT NULL,
    week         TEXT   NOT NULL,             -- such as 2026-W46
    number       BIGINT NOT NULL,             -- counted by receiver
    sequence     BIGINT NOT NULL UNIQUE,      -- revision at which it was issued
    issued_at    BIGINT NOT NULL,
    content      TEXT   NOT NULL,
    PRIMARY KEY (organisation, week)
);
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
    hash         BLOB   NOT NULL
);
INSERT INTO audit VALUES(1,1795371444835492,25,'changed','lagebild token create','name=x&role=admin&organisation=stadt',1,'Kommandozeile, unbekannt','admin','betrieb',X'93fba2766889d8d7f4ea0360e0f9b0877fb32dc74a04cfa663d5c6b2fe125c93');
CREATE TABLE removal (
    sequence   BIGINT PRIMARY KEY,           -- revision at which it was deleted
    report     BIGINT NOT NULL,
    source     TEXT   NOT NULL,
    removed_at BIGINT NOT NULL,
    reason     TEXT   NOT NULL               -- deadline or erasure
);
CREATE TABLE account (
    name         TEXT   PRIMARY KEY,         -- to sign in with
    label        TEXT   NOT NULL,            -- to show
    role         TEXT   NOT NULL,
    organisation TEXT   NOT NULL,
    password     TEXT   NOT NULL,            -- PHC string
    totp_salt    BLOB,                       -- none without a second factor
    totp_step    BIGINT,                     -- time step of the last code taken: none is taken twice
    created_at   BIGINT NOT NULL,
    is_disabled  BIGINT NOT NULL
);
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
CREATE TABLE linking (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    revision BIGINT NOT NULL
);
INSERT INTO linking VALUES(1,0);
CREATE TABLE category_mapping (
    source       TEXT   NOT NULL,
    word         TEXT   NOT NULL,
    category     TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    role         TEXT   NOT NULL,             -- a role in an organisation, not a person
    organisation TEXT   NOT NULL,
    PRIMARY KEY (source, word)
);
CREATE INDEX report_link_by_second ON report_link (second);
CREATE TRIGGER forget_pictures AFTER DELETE ON report
BEGIN
    DELETE FROM picture_stamp;
END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
COMMIT;
