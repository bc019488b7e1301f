
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;

CREATE FUNCTION public.forget_pictures() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('DELETE FROM %I.picture_stamp', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.tell_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('lagebild_revision', NEW.value::text);
    RETURN NULL;
END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);

CREATE TABLE public.account (
    name text NOT NULL,
    label text NOT NULL,
    role text NOT NULL,
    organisation text NOT NULL,
    password text NOT NULL,
    totp_salt bytea,
    totp_step bigint,
    created_at bigint NOT NULL,
    is_disabled bigint NOT NULL
);

CREATE TABLE public.audit (
    number bigint NOT NULL,
    at bigint NOT NULL,
    revision bigint NOT NULL,
    action text NOT NULL,
    what text NOT NULL,
    words text NOT NULL,
    times bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    organisation text NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.category_mapping (
    source text NOT NULL,
    word text NOT NULL,
    category text NOT NULL,
    at bigint NOT NULL,
    role text NOT NULL,
    organisation text NOT NULL
);

CREATE TABLE public.data_notice (
    number bigint NOT NULL,
    body text NOT NULL
);

CREATE TABLE public.hotspot (
    id text NOT NULL,
    number bigint NOT NULL,
    profile text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    sequence bigint NOT NULL,
    finding text NOT NULL,
    story text DEFAULT '{}'::text NOT NULL
);

CREATE TABLE public.hotspot_history (
    hotspot text NOT NULL,
    sequence bigint NOT NULL,
    at bigint NOT NULL,
    state text NOT NULL,
    observed double precision NOT NULL,
    expected double precision NOT NULL,
    p_value double precision
);

CREATE TABLE public.hotspot_review (
    hotspot text NOT NULL,
    sequence bigint NOT NULL,
    at bigint NOT NULL,
    action text NOT NULL,
    text text,
    role text NOT NULL,
    organisation text NOT NULL
);

CREATE TABLE public.identity_key (
    only_row bigint NOT NULL,
    fingerprint bytea NOT NULL,
    CONSTRAINT identity_key_only_row_check CHECK ((only_row = 1))
);

CREATE TABLE public.linking (
    only_row bigint NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT linking_only_row_check CHECK ((only_row = 1))
);

CREATE TABLE public.look (
    profile text NOT NULL,
    at bigint NOT NULL,
    revision bigint NOT NULL,
    findings bigint NOT NULL,
    made_at bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.pass (
    hash bytea NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    organisation text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    opened_by bytea,
    account text,
    seen_at bigint,
    idle_us bigint,
    preview text
);

CREATE TABLE public.picture_stamp (
    stamp bytea NOT NULL,
    predecessor bytea
);

CREATE TABLE public.publication (
    organisation text NOT NULL,
    week text NOT NULL,
    number bigint NOT NULL,
    sequence bigint NOT NULL,
    issued_at bigint NOT NULL,
    content text NOT NULL
);

CREATE TABLE public.quarantine (
    source text NOT NULL,
    digest bytea NOT NULL,
    file text NOT NULL,
    line bigint NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    received_at bigint NOT NULL,
    content bytea DEFAULT '\x'::bytea NOT NULL
);

CREATE TABLE public.removal (
    sequence bigint NOT NULL,
    report bigint NOT NULL,
    source text NOT NULL,
    removed_at bigint NOT NULL,
    reason text NOT NULL
);

CREATE TABLE public.report (
    id bigint NOT NULL,
    identity bytea NOT NULL,
    digest bytea NOT NULL,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    received_at bigint NOT NULL,
    source text NOT NULL,
    external_id text,
    kind text NOT NULL,
    category text NOT NULL,
    occurred_from bigint NOT NULL,
    occurred_to bigint NOT NULL,
    reported_at bigint,
    status text NOT NULL,
    lat double precision,
    lng double precision,
    "precision" text,
    precision_m double precision,
    place text,
    text text,
    weight double precision NOT NULL
);

ALTER TABLE public.report ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.report_link (
    first bigint NOT NULL,
    second bigint NOT NULL,
    state text NOT NULL,
    score double precision NOT NULL,
    distance_m double precision NOT NULL,
    gap_seconds bigint NOT NULL,
    words double precision,
    found_at bigint NOT NULL,
    decided_at bigint,
    role text,
    organisation text
);

CREATE TABLE public.report_version (
    id bigint NOT NULL,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    replaced_at bigint NOT NULL,
    category text NOT NULL,
    occurred_from bigint NOT NULL,
    occurred_to bigint NOT NULL,
    reported_at bigint,
    status text NOT NULL,
    lat double precision,
    lng double precision,
    "precision" text,
    precision_m double precision,
    place text,
    text text,
    weight double precision NOT NULL
);

CREATE TABLE public.revision (
    only_row bigint NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT revision_only_row_check CHECK ((only_row = 1))
);

CREATE TABLE public.weekly_layer (
    id text NOT NULL,
    made_at bigint NOT NULL,
    body text NOT NULL
);

INSERT INTO public._sqlx_migrations VALUES (1, 'first light', '2026-11-22 11:09:12.886281+00', true, '\xab4fa3fe258877c3fbded2bf1d343e7091ec7998cf9f3ba9a89725b2b85f468f9e6e6abb6a033c019f73ddcb6abbac4e', 102885063);
INSERT INTO public._sqlx_migrations VALUES (2, 'one table for passes', '2026-11-22 11:09:12.992785+00', true, '\x0a780d933afb2e78c03df5cff42c50091798cbb834127c5000e9805351c91171d08e341ce34d2557c1cf50cd98d8696c', 42140665);
INSERT INTO public._sqlx_migrations VALUES (3, 'stories', '2026-11-22 11:09:13.036839+00', true, '\x36df8ea6d5b65980ed94766ee2bfd5decfc0be6f2334617481829650b5cdc30ffaedfa669181e3106ad95214bae0d8bb', 39044499);
INSERT INTO public._sqlx_migrations VALUES (4, 'stamps of the picture', '2026-11-22 12:20:50.600529+00', true, '\x4e0e519b282dbfe2d7ae9ac40670a1f4cf2610478139182abaab62995701f5ca4af8296e30b87ad38ff50217c213c9da', 12510755);
INSERT INTO public._sqlx_migrations VALUES (5, 'publications audit removal', '2026-11-22 14:47:35.135288+00', true, '\x3435c15e01400cc6eb07d61e806ad2be4fba4810929613d523583648d02870feb6e107292578c684a577fd98992b62e2', 157545216);
INSERT INTO public._sqlx_migrations VALUES (6, 'accounts links held rows', '2026-11-22 18:17:52.71813+00', true, '\xf931a39338201fa3ab6ab5de07d9cde3ebe571ca1cd9d40eac487922747b47fa97c6bc1831b8e60ad2dfeb35cb3c2031', 178004131);

INSERT INTO public.audit VALUES (1, 1795371473024838, 25, 'changed', 'lagebild token create', 'name=x&role=admin&organisation=stadt', 1, 'Kommandozeile, unbekannt', 'admin', 'betrieb', '\x633dc731b6037a259dcd80b5681e5aa4dcddf5e858c61d72b9b625ee49aa5ae1');

INSERT INTO public.identity_key VALUES (1, '\x01f40432afc3797b32aca211253cbbe9');

INSERT INTO public.linking VALUES (1, 0);

INSERT INTO public.pass VALUES ('\x9ad1daca392b8c9276f817d745dcd27ac1d2bf1e85444885d79eade95baca3de', 'token', 'Test', 'analyst', 'stadt', 1795345753402741, 1803121753402602, NULL, NULL, NULL, NULL, NULL);

INSERT INTO public.quarantine VALUES ('maengel', '\x7094d11c6cb359e9e8cc9c2025953c40', 'maengel.csv', 14, 'date', 'column "Zeit": a text is no date of the form 2026-11-01T08:30:00+01:00, 2026-11-01 08:30 or 2026-11-01', 1795345753270810, '\x');

INSERT INTO public.report VALUES (2, '\xff0a8fa273dadc95f69ffadce2deebdf', '\xd42186c5fe5442afcd5fa33cd2b40b40', 1, 2, 1795345753096229, 'maengel', 'M2', 'complaint', 'laerm_nacht', 1791231300000000, 1791231300000000, NULL, 'open', 51.64, 7.73, 'point', 10, 'Westplatz', NULL, 1);
INSERT INTO public.report VALUES (3, '\x6ff5e85aa4c3f0fbae62df8a5209d06f', '\xe34da3d33509934f1fd87a4da6f75b1a', 1, 3, 1795345753096229, 'maengel', 'M3', 'complaint', 'wilder_muell', 1791262740000000, 1791262740000000, NULL, 'in_progress', 51.66, 7.757, 'point', 10, 'Westweg', NULL, 1);
INSERT INTO public.report VALUES (4, '\xd21b531c18a65e2f0d673ba6d9756545', '\xa3453cf83771bb73aadf8d65a9bbe95d', 1, 4, 1795345753096229, 'maengel', 'M4', 'complaint', 'beleuchtung_defekt', 1791349200000000, 1791349200000000, NULL, 'closed', 51.64, 7.84, 'point', 10, 'Ostplatz', NULL, 1);
INSERT INTO public.report VALUES (5, '\x22a07056a069a94f148381e977dfb652', '\x3331dd7267fbdf9659226b52f96b1752', 1, 5, 1795345753096229, 'maengel', 'M5', 'complaint', 'laerm_nacht', 1791667800000000, 1791667800000000, NULL, 'rejected', 51.64, 7.84, 'point', 10, 'Ostplatz', NULL, 1);
INSERT INTO public.report VALUES (6, '\x85ae6481c84037c071174d004af3e46a', '\x538984220dfd326a36809de290b1ce5f', 1, 6, 1795345753096229, 'maengel', 'M6', 'complaint', 'graffiti', 1791669600000000, 1791669600000000, NULL, 'open', 51.66, 7.87, 'point', 10, 'Ostweg', NULL, 1);
INSERT INTO public.report VALUES (7, '\x88186fc283108442a03da010a1865f31', '\x7ff30b5571c077d12d7556ee718a33c9', 1, 7, 1795345753096229, 'maengel', 'M7', 'complaint', 'wilder_muell', 1791720000000000, 1791720000000000, NULL, 'open', NULL, NULL, NULL, NULL, NULL, 'ohne Ort', 1);
INSERT INTO public.report VALUES (8, '\xe6430d150bbe8dc31aa9e0e10e52be57', '\x4884fe6b392f481fd89b05e69d618ec5', 1, 8, 1795345753096229, 'maengel', 'M8', 'complaint', 'falschparken', 1791799200000000, 1791799200000000, NULL, 'open', 51.65, 7.95, 'point', 10, 'Landstraße', NULL, 1);
INSERT INTO public.report VALUES (9, '\xa5173fd4a0ab1dfde81f0075f1a565cc', '\xcec4171fe26f55802420754b16ce2553', 1, 9, 1795345753096229, 'maengel', 'M9', 'complaint', 'wilder_muell', 1789891200000000, 1789891200000000, NULL, 'closed', 51.64, 7.73, 'point', 10, 'Westplatz', NULL, 1);
INSERT INTO public.report VALUES (10, '\xd99f4ff634fb367416356bcf4e79a144', '\x409add61236067c27e69fe927587d534', 1, 10, 1795345753096229, 'maengel', 'M10', 'complaint', 'wilder_muell', 1790755200000000, 1790755200000000, NULL, 'closed', 51.66, 7.757, 'point', 10, 'Westweg', NULL, 1);
INSERT INTO public.report VALUES (11, '\x9fab1f8e0c217a6d531a754ae03c7fbb', '\x0a71d0f3824e363f0f5cbc861488b233', 1, 11, 1795345753096229, 'maengel', 'M11', 'complaint', 'wilder_muell', 1759305600000000, 1759305600000000, NULL, 'closed', 51.64, 7.73, 'point', 10, 'Westplatz', NULL, 1);
INSERT INTO public.report VALUES (12, '\x8ca73a1415200f4a92e6b5d3bcba113b', '\x61d540748371ddec14c514b9029f2c3d', 1, 12, 1795345753096229, 'maengel', 'M12', 'complaint', 'wilder_muell', 1759737600000000, 1759737600000000, NULL, 'closed', 51.64, 7.73, 'point', 10, 'Westplatz', NULL, 1);
INSERT INTO public.report VALUES (13, '\xa63d17a36233c9df0af65ef1fe8bc569', '\x2c0afe10a54e1b9f67487de5036566f1', 1, 13, 1795345753162084, 'vorgaenge', 'V1', 'incident', 'wohnungseinbruch', 1791230400000000, 1791259200000000, NULL, 'closed', 51.66, 7.757, 'point', 10, 'Westweg', NULL, 1);
INSERT INTO public.report VALUES (14, '\x839628a5dc7d43ee7a069b0d6c1f74cc', '\x7be7f8e3486f06a8bab312f8e9d1594b', 1, 14, 1795345753162084, 'vorgaenge', 'V2', 'incident', 'fahrraddiebstahl', 1791291600000000, 1791291600000000, NULL, 'closed', 51.64, 7.84, 'point', 10, 'Ostplatz', NULL, 1);
INSERT INTO public.report VALUES (15, '\xc4f4303013834fe84afe8ad637834f9d', '\x75c85450511b98a0380732f86689b49e', 1, 15, 1795345753162084, 'vorgaenge', 'V3', 'incident', 'koerperverletzung', 1791421200000000, 1791421200000000, NULL, 'closed', 51.66, 7.87, 'point', 10, 'Ostweg', NULL, 1);
INSERT INTO public.report VALUES (16, '\x305642b403c03a35a2dcce1583fa1e99', '\x2fabbbca2e8da8af78d9eb2cfce8f61d', 1, 16, 1795345753162084, 'vorgaenge', 'V4', 'incident', 'sexualdelikt', 1791568800000000, 1791568800000000, NULL, 'closed', 51.62, 7.71, 'point', 10, 'Schutzgasse', NULL, 1);
INSERT INTO public.report VALUES (17, '\xa1c771c5dc17a0efd4d7cd588a0d4c18', '\xba820f0649681ff6918891ac61a9821d', 1, 17, 1795345753162084, 'vorgaenge', 'V5', 'incident', 'haeusliche_gewalt', 1791586800000000, 1791586800000000, NULL, 'closed', 51.61, 7.88, 'point', 10, 'Schutzgasse', NULL, 1);
INSERT INTO public.report VALUES (18, '\x429dba360915ecc4b19d31cbae3a1b59', '\x774e8c769f9a634432e2c1ea2b63af66', 1, 18, 1795345753162084, 'vorgaenge', 'V6', 'incident', 'wohnungseinbruch', 1791021600000000, 1791885600000000, NULL, 'closed', 51.66, 7.757, 'point', 10, 'Westweg', NULL, 1);
INSERT INTO public.report VALUES (19, '\x1ad0a8f4d2f6dd39c8ebbb65d985ddcc', '\x513a1dfc1043d3e78cea7582861be403', 1, 19, 1795345753162084, 'vorgaenge', 'V7', 'incident', 'rauschgift_kontrolle', 1791381600000000, 1791381600000000, NULL, 'closed', 51.66, 7.87, 'point', 10, 'Ostweg', NULL, 1);
INSERT INTO public.report VALUES (20, '\x3808cc2ce02a874f4dd061298c5829e5', '\x3c2abbb2da27bdeab25a03bd0520f338', 1, 20, 1795345753162084, 'vorgaenge', 'V8', 'incident', 'fahrraddiebstahl', 1791151140000000, 1791151140000000, NULL, 'closed', 51.66, 7.87, 'point', 10, 'Ostweg', NULL, 1);
INSERT INTO public.report VALUES (21, '\x7e4ec63203625a09e294ded68822e54f', '\x10f028399c8ea097a63c12c282d3014e', 1, 21, 1795345753203637, 'wahrnehmung', NULL, 'perception', 'unsicher_dunkelheit', 1791151200000000, 1791237600000000, NULL, 'open', 51.64, 7.73, 'point', 10, NULL, NULL, 1);
INSERT INTO public.report VALUES (22, '\x00f8ca6c4599eccc7865bbd85ece100f', '\x20e1dbe97bdc485b0f81406831d2e155', 1, 22, 1795345753203637, 'wahrnehmung', NULL, 'perception', 'unsicher_stoerung', 1791561600000000, 1791561600000000, NULL, 'open', 51.64, 7.84, 'point', 10, NULL, NULL, 1);
INSERT INTO public.report VALUES (23, '\x277e127dffa7f0778a188c0d7952d85f', '\x653bdac353e2c6378ba7968690e14745', 1, 23, 1795345753203637, 'wahrnehmung', NULL, 'perception', 'unsicher_verkehr', 1790805600000000, 1793487600000000, NULL, 'open', 51.64, 7.84, 'area', 2000, NULL, NULL, 1);
INSERT INTO public.report VALUES (1, '\xe5039e76fa81e7dda7441c217a0a66d7', '\x74bdeafac250162bdb8bd2ff2bc82d90', 3, 25, 1795345753096229, 'maengel', 'M1', 'complaint', 'wilder_muell', 1791181800000000, 1791181800000000, NULL, 'open', 51.64, 7.73, 'point', 10, 'Westplatz', 'Säcke neben der Bank', 1);

INSERT INTO public.report_version VALUES (1, 1, 1, 1795345753270810, 'wilder_muell', 1791181800000000, 1791181800000000, NULL, 'open', 51.64, 7.73, 'point', 10, 'Westplatz', 'Säcke neben der Bank', 1);
INSERT INTO public.report_version VALUES (1, 2, 24, 1795345753347580, 'wilder_muell', 1791181800000000, 1791181800000000, NULL, 'closed', 51.64, 7.73, 'point', 10, 'Westplatz', 'Säcke neben der Bank', 1);

INSERT INTO public.revision VALUES (1, 25);

SELECT pg_catalog.setval('public.report_id_seq', 25, true);

ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.category_mapping
    ADD CONSTRAINT category_mapping_pkey PRIMARY KEY (source, word);

ALTER TABLE ONLY public.data_notice
    ADD CONSTRAINT data_notice_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.hotspot_history
    ADD CONSTRAINT hotspot_history_of_any_method_pkey PRIMARY KEY (hotspot, sequence);

ALTER TABLE ONLY public.hotspot
    ADD CONSTRAINT hotspot_number_key UNIQUE (number);

ALTER TABLE ONLY public.hotspot
    ADD CONSTRAINT hotspot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hotspot_review
    ADD CONSTRAINT hotspot_review_pkey PRIMARY KEY (hotspot, sequence);

ALTER TABLE ONLY public.hotspot
    ADD CONSTRAINT hotspot_sequence_key UNIQUE (sequence);

ALTER TABLE ONLY public.identity_key
    ADD CONSTRAINT identity_key_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.linking
    ADD CONSTRAINT linking_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.look
    ADD CONSTRAINT look_pkey PRIMARY KEY (profile, at);

ALTER TABLE ONLY public.pass
    ADD CONSTRAINT pass_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.picture_stamp
    ADD CONSTRAINT picture_stamp_pkey PRIMARY KEY (stamp);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (organisation, week);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_sequence_key UNIQUE (sequence);

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (source, digest);

ALTER TABLE ONLY public.removal
    ADD CONSTRAINT removal_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_identity_key UNIQUE (identity);

ALTER TABLE ONLY public.report_link
    ADD CONSTRAINT report_link_pkey PRIMARY KEY (first, second);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_sequence_key UNIQUE (sequence);

ALTER TABLE ONLY public.report_version
    ADD CONSTRAINT report_version_pkey PRIMARY KEY (id, version);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.weekly_layer
    ADD CONSTRAINT weekly_layer_pkey PRIMARY KEY (id);

CREATE INDEX report_link_by_second ON public.report_link USING btree (second);

CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_is_append_only();

CREATE TRIGGER forget_pictures AFTER DELETE OR TRUNCATE ON public.report FOR EACH STATEMENT EXECUTE FUNCTION public.forget_pictures();

CREATE TRIGGER tell_revision AFTER UPDATE ON public.revision FOR EACH ROW EXECUTE FUNCTION public.tell_revision();

ALTER TABLE ONLY public.report_link
    ADD CONSTRAINT report_link_first_fkey FOREIGN KEY (first) REFERENCES public.report(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.report_link
    ADD CONSTRAINT report_link_second_fkey FOREIGN KEY (second) REFERENCES public.report(id) ON DELETE CASCADE;

