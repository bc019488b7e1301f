//! Tiles: their document, their bytes, their headers.

use std::collections::BTreeMap;
use std::time::Duration;

use lagebild_tests::musterstadt::{self, P1, P2, P3, P4, WEEK, running};
use lagebild_tests::{Client, Server, Tile, until};

const SOON: Duration = Duration::from_secs(10);

#[track_caller]
fn tile(client: &Client, path: &str) -> Tile {
    let answer = client.get(&format!("/tiles/{path}?{WEEK}")).has_status(200);
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    Tile::decode(&answer.body)
}

#[test]
fn every_layer_has_a_tilejson_with_the_members_it_needs() {
    let town = running();
    for (layer, min_zoom) in [("reports", 13), ("cells", 0), ("hotspots", 0), ("areas", 0)] {
        let document = town.analyst().json(&format!("/tiles/{layer}"));
        assert_eq!(document["tilejson"], "3.0.0");
        let template = format!("{}/tiles/{layer}/{{z}}/{{x}}/{{y}}", town.server.base());
        assert_eq!(document["tiles"], serde_json::json!([template]));
        assert_eq!(document["minzoom"], min_zoom);
        assert!(document["maxzoom"].as_u64().is_some_and(|zoom| zoom >= 14));
        let vector = document["vector_layers"].as_array().expect("vector_layers");
        assert_eq!(vector.len(), 1);
        assert_eq!(vector[0]["id"], layer);
        assert!(vector[0]["fields"].is_object());
        let bounds: Vec<f64> = document["bounds"]
            .as_array()
            .expect("bounds")
            .iter()
            .filter_map(serde_json::Value::as_f64)
            .collect();
        assert_eq!(bounds, [7.70, 51.60, 7.90, 51.70]);
    }
}

/// The tiles of zoom 8 to 16 that hold P1 to P4, and the H3 resolution that the contract draws at each zoom.
#[test]
fn cells_in_tiles_count_as_the_cells_in_the_list() {
    let town = running();
    let analyst = town.analyst();
    for (resolution, tiles) in [
        (6, &["8/133/84"][..]),
        (7, &["10/533/339", "10/534/339"][..]),
        (8, &["12/2135/1359", "12/2136/1359", "12/2137/1359"][..]),
        (
            9,
            &["14/8543/5438", "14/8545/5436", "14/8548/5438", "14/8550/5436"][..],
        ),
        (
            10,
            &[
                "16/34175/21753",
                "16/34180/21747",
                "16/34195/21753",
                "16/34200/21747",
            ][..],
        ),
    ] {
        let listed: BTreeMap<String, u64> = analyst
            .items(&format!("/api/v1/cells?{WEEK}&resolution={resolution}"))
            .iter()
            .map(|cell| {
                (
                    cell["h3"].as_str().expect("h3").to_owned(),
                    cell["count"].as_u64().expect("count"),
                )
            })
            .collect();
        let mut drawn = BTreeMap::new();
        for path in tiles {
            let decoded = tile(&analyst, &format!("cells/{path}"));
            assert_eq!(
                (decoded.layer.as_str(), decoded.version, decoded.extent),
                ("cells", 2, 4096)
            );
            for (h3, (_, count)) in decoded.cells() {
                assert_eq!(*drawn.entry(h3.clone()).or_insert(count), count, "{h3} in {path}");
            }
        }
        assert_eq!(drawn, listed, "resolution {resolution}");
    }
}

/// The cells of P2 and P4 lie across an edge between two tiles of zoom 14 (reckoned with h3-py).
#[test]
fn a_cell_on_the_edge_has_one_id_and_its_whole_count_in_each_tile() {
    let town = running();
    let analyst = town.analyst();
    for (h3, count, one, other) in [
        (P2, 3, "cells/14/8545/5436", "cells/14/8544/5436"),
        (P4, 3, "cells/14/8550/5436", "cells/14/8550/5437"),
    ] {
        let first = tile(&analyst, one).cells()[h3];
        let second = tile(&analyst, other).cells()[h3];
        assert_eq!(first, second);
        assert_eq!(first.1, count);
    }
    let ids: Vec<u64> = [
        "cells/14/8543/5438",
        "cells/14/8545/5436",
        "cells/14/8548/5438",
        "cells/14/8550/5436",
    ]
    .iter()
    .flat_map(|path| {
        tile(&analyst, path)
            .cells()
            .into_values()
            .map(|(id, _)| id)
            .collect::<Vec<_>>()
    })
    .collect();
    let distinct: std::collections::BTreeSet<u64> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), 4, "{ids:?}");
    assert!(
        ids.iter().all(|id| *id < 1 << 53),
        "a browser must hold the id as a number: {ids:?}"
    );
}

#[test]
fn the_tiles_follow_the_filter() {
    let town = running();
    let path = format!("/tiles/cells/14/8543/5438?{WEEK}&kind=perception&v=17");
    let answer = town.analyst().get(&path).has_status(200);
    assert_eq!(Tile::decode(&answer.body).cells()[P1].1, 1);
    let none = town
        .analyst()
        .get(&format!("/tiles/cells/14/8543/5438?{WEEK}&kind=incident"));
    assert_eq!(none.status, 204);
    assert!(none.body.is_empty());
}

#[test]
fn reports_are_points_from_zoom_13_on() {
    let town = running();
    let analyst = town.analyst();
    let drawn = tile(&analyst, "reports/14/8548/5438");
    assert_eq!(drawn.layer, "reports");
    let mut categories: Vec<&str> = drawn
        .features
        .iter()
        .filter_map(|feature| feature.properties["category"].as_str())
        .collect();
    categories.sort_unstable();
    // M4, M5, V2 and W2 at P3.
    assert_eq!(
        categories,
        [
            "beleuchtung_defekt",
            "fahrraddiebstahl",
            "laerm_nacht",
            "unsicher_stoerung"
        ]
    );
    let listed: Vec<u64> = analyst
        .items(&format!("/api/v1/reports?{WEEK}&bbox=7.83,51.63,7.85,51.65"))
        .iter()
        .filter_map(|item| item["id"].as_u64())
        .collect();
    let mut ids: Vec<u64> = drawn.features.iter().filter_map(|feature| feature.id).collect();
    ids.sort_unstable();
    let mut expected = listed;
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert_eq!(
        analyst.get(&format!("/tiles/reports/12/2137/1359?{WEEK}")).status,
        204
    );
    assert_eq!(tile(&analyst, "reports/13/4274/2719").features.len(), 4);
}

#[test]
fn areas_are_drawn_with_their_ids_and_names() {
    let town = running();
    let drawn = tile(&town.analyst(), "areas/8/133/84");
    let mut ids: Vec<&str> = drawn
        .features
        .iter()
        .filter_map(|feature| feature.properties["id"].as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["musterstadt", "ost", "west"]);
}

#[test]
fn an_empty_tile_is_204_without_a_body() {
    let town = running();
    for path in [
        "cells/14/0/0",
        "reports/14/0/0",
        "areas/14/0/0",
        "hotspots/10/534/339",
        "cells/0/0/0?kind=perception&hour=3",
    ] {
        let answer = town.analyst().get(&format!("/tiles/{path}"));
        assert_eq!(answer.status, 204, "{path}");
        assert!(answer.body.is_empty());
    }
}

#[test]
fn a_tile_outside_the_scheme_is_404() {
    let town = running();
    for path in [
        "cells/23/0/0",
        "cells/0/1/0",
        "cells/0/0/1",
        "cells/10/1024/0",
        "cells/255/0/0",
        "cells/256/0/0",
        "cells/-1/0/0",
        "cells/1.5/0/0",
        "cells/10/4294967296/0",
        "cells/a/b/c",
        "cells/10/534/339.pbf",
    ] {
        town.analyst().get(&format!("/tiles/{path}")).problem(404);
    }
}

#[test]
fn the_same_tile_has_the_same_bytes_and_is_not_sent_twice() {
    let town = running();
    let analyst = town.analyst();
    let path = format!("/tiles/cells/12/2136/1359?{WEEK}");
    let first = analyst.get(&path).has_status(200);
    let second = analyst.get(&path).has_status(200);
    assert_eq!(first.body, second.body);
    let etag = first.header("etag").to_owned();
    assert_eq!(etag, second.header("etag"));
    assert!(etag.starts_with('"') || etag.starts_with("W/\""), "{etag}");
    for known in [etag.clone(), format!("\"other\", {etag}"), "*".to_owned()] {
        let answer = analyst.with("if-none-match", &known).get(&path);
        assert_eq!(answer.status, 304, "{known}");
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), etag);
    }
    assert_eq!(analyst.with("if-none-match", "\"other\"").get(&path).status, 200);
    for name in ["accept-encoding", "authorization", "cookie"] {
        assert!(
            first.header("vary").to_lowercase().contains(name),
            "{}",
            first.header("vary")
        );
    }
    assert!(
        first.header("cache-control").contains("private"),
        "{}",
        first.header("cache-control")
    );
}

#[test]
fn a_packed_tile_has_an_etag_of_its_own_and_the_same_content() {
    let town = running();
    let path = format!("/tiles/cells/12/2136/1359?{WEEK}");
    let plain = town.analyst().get(&path).has_status(200);
    assert_eq!(plain.header("content-encoding"), "");
    let gzip = town
        .analyst()
        .with("accept-encoding", "br, gzip")
        .get(&path)
        .has_status(200);
    assert_eq!(gzip.header("content-encoding"), "gzip");
    assert_ne!(plain.header("etag"), gzip.header("etag"));
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(gzip.body.as_slice()),
        &mut unpacked,
    )
    .expect("the body is gzip");
    assert_eq!(unpacked, plain.body);
    let refused = town
        .analyst()
        .with("accept-encoding", "gzip;q=0")
        .get(&path)
        .has_status(200);
    assert_eq!(refused.header("content-encoding"), "");
    assert_eq!(refused.header("etag"), plain.header("etag"));
}

#[test]
fn a_cell_at_p3_is_where_h3_says() {
    let town = running();
    let cells = tile(&town.analyst(), "cells/14/8548/5438").cells();
    assert_eq!(cells.keys().collect::<Vec<_>>(), [P3]);
}

/// A report at 7.73, 51.64 lies in tile 14/8543/5438 and not in 14/8548/5438.
#[test]
fn a_kept_tile_is_new_as_soon_as_something_changes_under_it_and_no_other_is() {
    let installation = musterstadt::installation();
    let server = Server::serve(&installation);
    let analyst = server.as_bearer("demo-analyst");
    let [near, far] = ["14/8543/5438", "14/8548/5438"].map(|tile| format!("/tiles/reports/{tile}?{WEEK}"));
    let points = |client: &Client| {
        Tile::decode(&client.get(&near).has_status(200).body)
            .features
            .len()
    };
    let before = points(&analyst);
    let far_before = analyst.get(&far).has_status(200);
    let of_police = server.as_bearer("demo-police").get(&near);
    installation
        .feed(
            "maengel",
            "neu.csv",
            "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\nK1;2026-10-08 10:00;Müll;offen;7.730;51.640;Westplatz;\n",
        )
        .exits(0);
    until("the new report on its tile", SOON, || {
        (points(&analyst) == before + 1).then_some(())
    });
    assert_eq!(analyst.get(&far).header("etag"), far_before.header("etag"));
    // The police have no part in complaints: what is kept for others is not theirs.
    let of_police_now = server.as_bearer("demo-police").get(&near);
    assert_eq!(
        (of_police_now.status, of_police_now.body),
        (of_police.status, of_police.body)
    );
}

#[test]
fn a_client_that_takes_zstandard_gets_it() {
    let town = running();
    let path = format!("/tiles/cells/12/2136/1359?{WEEK}");
    let takes = town.analyst().with("accept-encoding", "gzip, deflate, br, zstd");
    let packed = takes.get(&path).has_status(200);
    assert_eq!(packed.header("content-encoding"), "zstd");
    // The magic number of a frame, RFC 8878 section 3.1.1.
    assert_eq!(packed.body[..4], 0xFD2F_B528_u32.to_le_bytes());
    let again = takes.with("if-none-match", packed.header("etag")).get(&path);
    assert_eq!(again.status, 304);
}
