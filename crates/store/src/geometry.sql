-- Points and outlines for desktop maps such as QGIS, where PostGIS is there or may be put in. Without it all else works.
-- Run at each start. A migration that changes a column of these views drops them first; the next start makes them anew.
DO $$
BEGIN
    -- Two nodes that start at once.
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' lagebild geometry', 0));
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis') THEN
        BEGIN
            CREATE EXTENSION postgis;
        EXCEPTION WHEN OTHERS THEN
            -- Not installed, or this role may not: an operator can create it, and the next start makes the views.
            RETURN;
        END;
    END IF;
    IF to_regclass('report_point') IS NOT NULL AND to_regclass('hotspot_area') IS NOT NULL THEN
        RETURN;
    END IF;
    -- No text, no place name, no id of the feed: the table holds those, and a map does not need them.
    EXECUTE $view$
        CREATE OR REPLACE VIEW report_point AS
        SELECT id, source, kind, category, status, precision, precision_m, weight,
               to_timestamp(occurred_from / 1e6) AS occurred_from, to_timestamp(occurred_to / 1e6) AS occurred_to,
               ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geometry(Point, 4326) AS geometry
        FROM report WHERE precision IN ('point', 'street')
    $view$;
    EXECUTE $view$
        CREATE OR REPLACE VIEW hotspot_area AS
        SELECT id, profile, kind, state,
               to_timestamp(first_seen / 1e6) AS first_seen, to_timestamp(last_seen / 1e6) AS last_seen,
               (finding::jsonb ->> 'place') AS place,
               (finding::jsonb ->> 'observed')::double precision AS observed,
               (finding::jsonb ->> 'expected')::double precision AS expected,
               ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY(
                   SELECT ST_MakePoint((corner ->> 'lng')::double precision, (corner ->> 'lat')::double precision)
                   FROM jsonb_array_elements(finding::jsonb -> 'outline') WITH ORDINALITY AS ring (corner, place)
                   ORDER BY ring.place
               ))), 4326)::geometry(Polygon, 4326) AS geometry
        FROM hotspot WHERE jsonb_array_length(finding::jsonb -> 'outline') >= 4
    $view$;
END
$$;
