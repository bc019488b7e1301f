//! The views for desktop maps.

use lagebild_ingest::Sink;

use crate::samples::{batch, hotspot, report};
use crate::site::Site;
use lagebild_domain::{Hotspot, HotspotState, LatLng, Revision};
use lagebild_store::Look;

#[tokio::test]
async fn postgis_shows_points_and_outlines_and_none_is_needed() {
    let Some(site) = Site::postgres() else { return };
    // As long as PostGIS is not there, the store is whole without it.
    drop(site.open().await);
    let (server, url) = site.server.as_ref().unwrap();
    let available = "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'";
    if server.ask(url, available) == "0" {
        eprintln!("PostGIS (Debian package postgresql-15-postgis-3) is missing: its views cannot be tested");
        assert!(std::env::var("CI").as_deref() != Ok("true"));
        return;
    }
    server.create_extension(url, "postgis");
    let store = site.open().await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    let mut found = hotspot(1, HotspotState::Emerging);
    let corner = |lat, lng| LatLng::new(lat, lng).unwrap();
    found.finding.outline = vec![
        corner(51.0, 7.0),
        corner(51.0, 8.0),
        corner(52.0, 8.0),
        corner(51.0, 7.0),
    ];
    let look = Look {
        profile: "beschwerden".to_owned(),
        at: "2026-11-01T23:00:00Z".parse().unwrap(),
        made_at: None,
        revision: Revision(1),
        findings: 1,
    };
    store
        .record_look(&look, |_: &[Hotspot], _| vec![found])
        .await
        .unwrap();
    let points = "SELECT id, category, to_char(occurred_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), \
                  ST_SRID(geometry), ST_AsText(geometry) FROM report_point";
    assert_eq!(
        server.ask(url, points),
        "1|wilder_muell|2026-11-01 08:00|4326|POINT(7.82 51.68)"
    );
    let areas = "SELECT id, state, observed, place, ST_AsText(geometry) FROM hotspot_area";
    assert_eq!(
        server.ask(url, areas),
        "hs-1|emerging|14|Marktplatz|POLYGON((7 51,8 51,8 52,7 51))"
    );
    let registered = "SELECT f_table_name, type, srid FROM geometry_columns ORDER BY 1";
    assert_eq!(
        server.ask(url, registered),
        "hotspot_area|POLYGON|4326\nreport_point|POINT|4326",
        "QGIS lists what stands here"
    );
    // What the operator's guide offers for large stores.
    server.ask(
        url,
        "CREATE INDEX ON report USING gist ((ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geometry(Point, 4326)))",
    );
    drop(store);
    site.open().await;
}
