//! `lagebild analyze` on small files: answers worked by hand, bad input, the same bytes for the same seed.
#![allow(clippy::unwrap_used, reason = "tests")]

mod analyze_support;

use std::fmt::Write;

use analyze_support::{analyze, analyze_with_threads, json};
use serde_json::Value;

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// Two hundred events about Freiburg, spread by a rule, with six more at one place at the end.
fn city() -> String {
    let mut csv = "lon,lat,date,stream\n".to_owned();
    for i in 0..200_u32 {
        let (lon, lat) = (
            7.80 + f64::from(i * 7 % 20) * 0.004,
            47.98 + f64::from(i * 3 % 13) * 0.003,
        );
        let stream = ["noise", "litter"][(i % 2) as usize];
        writeln!(
            csv,
            "{lon:.4},{lat:.4},2026-{:02}-{:02},{stream}",
            1 + i / 28,
            1 + i % 28
        )
        .unwrap();
    }
    csv.push_str(&"7.8560,47.9950,2026-08-04,noise\n".repeat(6));
    csv
}

/// Without the time it took, which differs.
fn timeless(text: &str) -> String {
    text.lines().filter(|line| !line.contains("elapsed_ms")).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two() {
    let files = Files::new();
    let events = files.write("events.csv", &city());
    let methods: [&[&str]; 4] = [
        &["scan", "--seed", "7"],
        &[
            "knox",
            "--seed",
            "7",
            "--bands-m",
            "0,1,500,2000",
            "--bands-days",
            "0,2,8",
        ],
        &["gi-star", "--seed", "7", "--h3", "8"],
        &["local-moran", "--seed", "7", "--h3", "8"],
    ];
    for words in methods {
        let run = |threads: &str| {
            let words = words
                .iter()
                .copied()
                .chain(["--input", &events, "--format", "json"]);
            analyze_with_threads(words, threads).out
        };
        let one = run("1");
        assert!(one.len() > 500, "{words:?}: {one}");
        assert_eq!(timeless(&one), timeless(&run("2")), "{words:?}");
    }
}

#[test]
fn a_planted_cluster_is_found_by_its_stream_and_drawn_in_degrees() {
    let files = Files::new();
    let events = files.write("events.csv", &city());
    let found = json(&["scan", "--input", &events, "--max-days", "7"]);
    let best = &found["clusters"][0];
    assert_eq!(
        (&best["start"], &best["end"]),
        (&Value::from("2026-08-04"), &Value::from("2026-08-04"))
    );
    let streams = best["streams"].as_array().unwrap();
    let sum = |field: &str| -> f64 { streams.iter().map(|s| s[field].as_f64().unwrap()).sum() };
    for field in ["observed", "expected", "llr"] {
        assert!(
            (sum(field) - best[field].as_f64().unwrap()).abs() < 1e-9,
            "{field} is the sum over the streams"
        );
    }
    let noise = streams.iter().find(|s| s["stream"] == "noise").unwrap();
    assert!(noise["observed"].as_u64().unwrap() >= 6);
    let map = analyze([
        "scan",
        "--input",
        &events,
        "--max-days",
        "7",
        "--format",
        "geojson",
    ]);
    let map: Value = serde_json::from_str(&map.out).unwrap();
    assert_eq!(
        (&map["type"], &map["method"]),
        (&Value::from("FeatureCollection"), &Value::from("scan"))
    );
    let corner = &map["features"][0]["geometry"]["coordinates"][0][0];
    assert!(
        (corner[0].as_f64().unwrap() - 7.856).abs() < 0.02
            && (corner[1].as_f64().unwrap() - 47.995).abs() < 0.02
    );
}

/// Central meridian of UTM 32 is 9° E: easting 500 000 stays there. 5 000 000 m north on the ellipsoid, scale 0.9996, is
/// 45.15° N to a hundredth (meridian quadrant 10 001 966 m).
#[test]
fn projected_points_come_out_in_degrees() {
    let files = Files::new();
    let text =
        "x;y;t\n".to_owned() + &"500000;5000000,0;1\n".repeat(3) + "500000,0;5000000;9\n501000;5000000;3\n";
    let events = files.write("events.csv", &text);
    let words = [
        "st-dbscan",
        "--input",
        &events,
        "--crs",
        "EPSG:25832",
        "--min-events",
        "3",
        "--format",
        "geojson",
    ];
    let map: Value = serde_json::from_str(&analyze(words).out).unwrap();
    let first = &map["features"][0];
    let point = &first["geometry"]["coordinates"];
    assert!(
        (point[0].as_f64().unwrap() - 9.0).abs() < 1e-7 && (point[1].as_f64().unwrap() - 45.15).abs() < 0.01
    );
    assert_eq!(first["properties"]["cluster"], 0);
    assert!(map["features"][4]["properties"]["cluster"].is_null());
}

#[test]
fn a_span_is_shared_by_its_hours_and_weights_sum_to_n() {
    let files = Files::new();
    // Monday 22:30 to Tuesday 01:30, and Monday 10 o'clock.
    let spans = files.write(
        "spans.csv",
        "from,to\n2026-01-05T22:30,2026-01-06T01:30\n2026-01-05 10:00,\n",
    );
    let found = json(&["aoristic", "--input", &spans]);
    let weight = |bin: usize| found["bins"][bin]["weight"].as_f64().unwrap();
    for (bin, expected) in [
        (22, 1.0 / 6.0),
        (23, 1.0 / 3.0),
        (0, 1.0 / 3.0),
        (1, 1.0 / 6.0),
        (10, 1.0),
        (12, 0.0),
    ] {
        assert!((weight(bin) - expected).abs() < 1e-12, "{bin}");
    }
    let days = json(&["aoristic", "--input", &spans, "--by", "weekday"]);
    let weights: Vec<f64> = (0..7)
        .map(|bin| days["bins"][bin]["weight"].as_f64().unwrap())
        .collect();
    assert!((weights[0] - 1.5).abs() < 1e-12 && (weights[1] - 0.5).abs() < 1e-12);
    let hours = json(&["aoristic", "--input", &spans, "--by", "hour-of-week"]);
    let sum: f64 = hours["bins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| bin["weight"].as_f64().unwrap())
        .sum();
    assert!((sum - 2.0).abs() < 1e-12 && hours["bins"].as_array().unwrap().len() == 168);
}

#[test]
fn the_density_of_points_sums_to_their_number() {
    let files = Files::new();
    let points = files.write("points.csv", "x,y,count\n1000,1000,3\n1500,1200,1\n1700,900,0\n");
    for kernel in ["quartic", "gaussian"] {
        let raster = files.0.path().join("density.tif");
        let words = [
            "kde",
            "--input",
            &points,
            "--bandwidth-m",
            "200",
            "--cell-m",
            "20",
            "--kernel",
            kernel,
        ];
        let extent = [
            "--extent",
            "-500,-500,3000,3000",
            "--geotiff",
            raster.to_str().unwrap(),
        ];
        let found = json(&[&words[..], &extent].concat());
        let values = found["grid"]["values"].as_array().unwrap();
        let sum: f64 = values.iter().map(|value| value.as_f64().unwrap()).sum();
        // 20 m cells are 0.0004 km².
        assert!((sum * 0.0004 - 4.0).abs() < 1e-3, "{kernel}: {sum}");
        assert!(std::fs::read(raster).unwrap().starts_with(b"II*\0"));
    }
}

/// Bowers and Johnson's formula by hand: (55/200 − 50/200) / (60/200 − 100/200) = −0.125.
#[test]
fn the_displacement_quotient_is_its_formula() {
    let files = Files::new();
    let counts = files.write(
        "counts.csv",
        "area,before,after\ntreated,100,60\nbuffer,50,55\ncontrol,200,200\n",
    );
    let found = json(&["evaluate", "--measure", "wdq", "--input", &counts]);
    assert!((found["estimate"].as_f64().unwrap() + 0.125).abs() < 1e-12);
    assert!(found["words"].as_str().unwrap().contains("displacement"));
    let zero = analyze([
        "evaluate",
        "--measure",
        "wdq",
        "--treated",
        "9,0",
        "--buffer",
        "1,1",
        "--control",
        "1,1",
    ]);
    assert!(
        zero.code == 1 && zero.err.contains("treated after"),
        "{}",
        zero.err
    );
}

#[test]
fn islands_and_values_all_alike_have_null_and_not_a_number_of_nothing() {
    let files = Files::new();
    let units = files.write("units.csv", "id,value\na,1\nb,2\nc,5\nd,9\nisland,4\n");
    let pairs = files.write("pairs.csv", "i,j\na,b\nb,a\nb,c\nc,b\nc,d\nd,c\n");
    for method in ["gi-star", "local-moran"] {
        let words: &[&str] = &[method, "--input", &units, "--neighbors", &pairs];
        let alone = &json(words)["units"][4];
        assert_eq!(alone["id"], "island");
        assert!(
            alone["p_sim"].is_null() && alone["significant"] == false,
            "{method} {alone}"
        );
        let same = files.write("same.csv", "id,value\na,3\nb,3\nc,3\nd,3\n");
        let alike = json(&[
            method,
            "--input",
            &same,
            "--neighbors",
            &files.write("p.csv", "i,j\na,b\nb,a\n"),
        ]);
        assert!(
            alike["units"]
                .as_array()
                .unwrap()
                .iter()
                .all(|unit| unit["z"].is_null()),
            "{method}"
        );
    }
}

/// No answer holds a not-a-number (the runner looks for that), and JSON has no other way to say it than null.
#[test]
fn degenerate_input_has_a_defined_answer_from_every_method() {
    let rows = |row: &str, number: usize| format!("x,y,date,value,id\n{}", row.repeat(number));
    let one_place_one_day = rows("5,5,2026-01-01,3,a\n", 3);
    let one_row = rows("5,5,2026-01-01,3,a\n", 1);
    let one_place = "x,y,date\n5,5,2026-01-01\n5,5,2026-01-02\n5,5,2026-01-09\n".to_owned();
    let one_day = "x,y,date\n5,5,2026-01-01\n9,5,2026-01-01\n700,5,2026-01-01\n".to_owned();
    let files = Files::new();
    for (name, text) in [
        ("one place and day", &one_place_one_day),
        ("one row", &one_row),
        ("one place", &one_place),
        ("one day", &one_day),
    ] {
        let path = files.write("events.csv", text);
        for words in [
            &["scan", "--max-radius-m", "0"][..],
            &["scan"],
            &["scan", "--retrospective", "--p-value", "gumbel"],
            &["scan", "--weekday-strata"],
            &["knox"],
            &["knox", "--bands-m", "0,inf", "--bands-days", "0,inf"],
            &["kde"],
            &["st-dbscan", "--distance-m", "0", "--days", "0"],
            &["outbreak", "--rule", "ears-c3"],
            &["outbreak", "--rule", "farrington-flexible"],
            &["outbreak", "--rule", "cusum"],
        ] {
            let said = analyze(
                words
                    .iter()
                    .copied()
                    .chain(["--input", &path, "--format", "json"]),
            );
            assert_eq!(said.code, 0, "{name} {words:?}: {}", said.err);
        }
    }
    // Controls, and people, all at one place.
    let cases = files.write("cases.csv", &one_place);
    let people = files.write("people.csv", "x,y,population\n5,5,100\n");
    for words in [
        ["scan", "--model", "bernoulli", "--controls", &cases],
        ["scan", "--model", "poisson", "--population", &people],
    ] {
        let found = json(&[&words[..], &["--input", &cases]].concat());
        assert!(
            found["clusters"]
                .as_array()
                .unwrap()
                .iter()
                .all(|c| c["llr"].is_number())
        );
    }
    // Units: a slice without variance, all units alike, all far from each other.
    let alike = "id,x,y,t,value\na,0,0,1,2\nb,1,0,1,2\nc,2,0,1,2\na,0,0,2,9\nb,1,0,2,0\nc,2,0,2,1\n";
    let alike = files.write("alike.csv", alike);
    for standardize in ["slice", "cube"] {
        let found = json(&[
            "emerging",
            "--input",
            &alike,
            "--distance-m",
            "1",
            "--standardize",
            standardize,
        ]);
        let first = &found["units"][0]["gi_star"][0];
        assert_eq!(first.is_null(), standardize == "slice", "{first}");
    }
    let apart = files.write("apart.csv", "id,x,y,value\na,0,0,2\nb,9,0,5\nc,99,0,3\n");
    for method in ["gi-star", "local-moran"] {
        let found = json(&[method, "--input", &apart, "--distance-m", "0"]);
        assert!(
            found["units"]
                .as_array()
                .unwrap()
                .iter()
                .all(|unit| unit["p_sim"].is_null())
        );
    }
    // Nothing happened, nothing forecast.
    let counts = [
        "evaluate",
        "--measure",
        "wdd",
        "--treated",
        "0,0",
        "--control",
        "0,0",
    ];
    assert_eq!(json(&counts)["p"], 1.0);
    let nothing = files.write("nothing.csv", "predicted,observed,area\n0,0,1\n0,0,2\n");
    assert_eq!(
        json(&["evaluate", "--measure", "pai", "--input", &nothing])["estimate"],
        0.0
    );
    assert!(json(&["evaluate", "--measure", "pei", "--input", &nothing])["estimate"].is_null());
}

/// Words, what the file holds, exit code, and what the complaint must name.
type Bad = (
    &'static [&'static str],
    &'static str,
    i32,
    &'static [&'static str],
);

const BAD: [Bad; 40] = [
    (&["scan"], "", 1, &["bad.csv", "empty"]),
    (&["scan"], "x,y,date\n", 1, &["bad.csv", "row"]),
    (&["scan"], "x,y\n1,2\n", 1, &["bad.csv", "line 1", "date"]),
    (&["scan"], "x,date\n1,2026-01-01\n", 1, &["line 1", "lon and lat"]),
    (
        &["scan"],
        "x,y,date\nNaN,2,2026-01-01\n",
        1,
        &["line 2", "\"x\"", "finite"],
    ),
    (&["scan"], "x,y,date\n1,inf,2026-01-01\n", 1, &["line 2", "\"y\""]),
    (
        &["scan"],
        "x,y,date\n1,2,2026-02-30\n",
        1,
        &["line 2", "\"date\"", "2026-11-01"],
    ),
    (
        &["scan"],
        "x,y,date\n1,2,2026-02\n",
        1,
        &["line 2", "\"date\"", "month"],
    ),
    (&["scan"], "x,y,date\n1,2\n", 1, &["line 2", "2 fields"]),
    (
        &["scan"],
        "x,y,date,count\n1,2,2026-01-01,-1\n",
        1,
        &["line 2", "\"count\"", "negative"],
    ),
    (
        &["scan"],
        "x,y,date,count\n1,2,2026-01-01,1.5\n",
        1,
        &["line 2", "\"count\"", "whole"],
    ),
    (
        &["scan"],
        "x,y,date,count\n1,2,2026-01-01,0\n",
        1,
        &["every count is 0"],
    ),
    (
        &["scan"],
        "lon,lat,date\n7.8,91,2026-01-01\n",
        1,
        &["line 2", "\"lat\"", "90"],
    ),
    (
        &["scan"],
        "id,x,y,date\na,1,2,2026-01-01\na,1,3,2026-01-01\n",
        1,
        &["line 3", "\"id\"", "elsewhere"],
    ),
    (
        &["scan", "--crs", "EPSG:1"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["EPSG:1"],
    ),
    (
        &["scan", "--format", "geojson"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["--crs"],
    ),
    (
        &["scan", "--max-share", "0"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["share"],
    ),
    (
        &["scan", "--model", "poisson"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["--population"],
    ),
    (
        &["scan", "--end", "2025-01-01"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["--end", "2026-01-01"],
    ),
    (&["gi-star"], "id,value\na,1\n", 2, &["--neighbors"]),
    (
        &["gi-star", "--k-nearest", "1"],
        "id,value\na,1\nb,2\nc,3\n",
        1,
        &["line 1", "x and y"],
    ),
    (
        &["gi-star", "--k-nearest", "1"],
        "id,x,y,value\na,1,1,1\nb,2,2,2\n",
        1,
        &["3"],
    ),
    (
        &["gi-star", "--k-nearest", "1"],
        "id,x,y,value\na,1,1,1\na,1,1,2\n",
        1,
        &["line 3", "\"id\"", "again"],
    ),
    (&["local-moran", "--h3", "9"], "x,y\n1,1\n", 2, &["--crs"]),
    (&["knox", "--bands-m", "5,1"], "x,y,t\n1,1,1\n", 2, &["rise"]),
    (
        &["knox", "--format", "geojson"],
        "x,y,t\n1,1,1\n",
        2,
        &["no place"],
    ),
    (
        &["outbreak"],
        "t,count\n1,2\n3,1\n",
        1,
        &["line 3", "2 before it is missing", "count 0"],
    ),
    (&["outbreak", "--alpha", "2"], "t,count\n1,2\n", 2, &["alpha"]),
    (
        &["aoristic"],
        "from,to\n2026-01-02T00:00,2026-01-01T00:00\n",
        1,
        &["line 2", "\"to\"", "before"],
    ),
    (&["kde", "--cell-m", "0"], "x,y\n1,2\n", 2, &["cell"]),
    (&["kde", "--bandwidth-m", "NaN"], "x,y\n1,2\n", 2, &["bandwidth"]),
    (
        &["scan", "--max-radius-m=-1"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["radius must be at least 0"],
    ),
    (
        &["scan", "--max-radius-m", "NaN"],
        "x,y,date\n1,2,2026-01-01\n",
        2,
        &["radius"],
    ),
    (
        &["gi-star", "--k-nearest", "2"],
        "id,x,y,value\na,1,1,NaN\n",
        1,
        &["line 2", "\"value\"", "finite"],
    ),
    (
        &["gi-star", "--k-nearest", "2"],
        "id,x,y,value\na,1,1,1e200\nb,2,2,1\nc,3,3,1\n",
        1,
        &["\"a\"", "1e150"],
    ),
    (
        &["outbreak"],
        "t,count\n1,-2\n",
        1,
        &["line 2", "\"count\"", "negative"],
    ),
    (
        &["outbreak", "--limit54", "5"],
        "t,count\n1,2\n",
        2,
        &["--limit54"],
    ),
    (
        &["evaluate", "--measure", "wdd"],
        "area,before,after\ntreated,-1,2\n",
        1,
        &["line 2", "\"before\"", "negative"],
    ),
    (
        &["st-dbscan", "--distance-m", "NaN"],
        "x,y,t\n1,2,3\n",
        2,
        &["distance"],
    ),
    (
        &["evaluate", "--measure", "pai"],
        "predicted,observed,area\n1,2,0\n",
        1,
        &["line 2", "\"area\""],
    ),
];

#[test]
fn bad_input_is_named_with_file_line_and_column() {
    let files = Files::new();
    for (words, text, code, named) in BAD {
        let path = files.write("bad.csv", text);
        let said = analyze(words.iter().copied().chain(["--input", &path]));
        assert_eq!(said.code, code, "{words:?} {text:?}: {}{}", said.out, said.err);
        for word in named {
            assert!(
                said.err.contains(word),
                "{words:?} {text:?}: {word} in {}",
                said.err
            );
        }
    }
    let absent = analyze(["scan", "--input", "/nowhere/at.all"]);
    assert!(
        absent.code == 1 && absent.err.contains("/nowhere/at.all"),
        "{}",
        absent.err
    );
    let unknown = analyze(["scan", "--inptu", "x.csv"]);
    assert_eq!(unknown.code, 2);
}

/// 70 225 points, a metre apart: too many to look at each from each.
fn crowd() -> String {
    let mut csv = "x,y,t,value\n".to_owned();
    for (x, y) in (0..265).flat_map(|x| (0..265).map(move |y| (x, y))) {
        writeln!(csv, "{x},{y},{},{}", (x + y) % 30, x * y % 7).unwrap();
    }
    csv
}

#[test]
fn what_would_take_minutes_is_refused_with_its_size_and_what_would_do() {
    let files = Files::new();
    let crowd = files.write("crowd.csv", &crowd());
    // All of the 70 225² = 4932 million pairs lie within 1 km. About π r² points lie within r metres of most.
    for (words, named, fits) in [
        (
            &["scan"][..],
            &[
                "4932 million pairs",
                "within 1000 m",
                "250 million held",
                "onto a grid",
            ][..],
            20.0..40.0,
        ),
        (
            &["local-moran", "--distance-m", "1000"],
            &["4932 million pairs", "100 million held"],
            12.0..24.0,
        ),
        (
            &["knox"],
            &["4932 million pairs", "within 600 m", "400 million held"],
            25.0..50.0,
        ),
    ] {
        let said = analyze(words.iter().copied().chain(["--input", &crowd]));
        assert!([1, 2].contains(&said.code), "{words:?}: {}", said.err);
        for word in named {
            assert!(said.err.contains(word), "{words:?}: {word} in {}", said.err);
        }
        let (_, after) = said.err.split_once("take a distance of about ").unwrap();
        let metres: f64 = after.split_once(" m,").unwrap().0.parse().unwrap();
        assert!(fits.contains(&metres), "{words:?}: {}", said.err);
    }
    let said = analyze(["gi-star", "--k-nearest", "2000", "--input", &crowd]);
    assert!(
        said.err.contains("2000 neighbours of each of 70225 units"),
        "{}",
        said.err
    );
    // With a distance that fits there is an answer.
    let found = json(&[
        "gi-star",
        "--input",
        &crowd,
        "--k-nearest",
        "8",
        "--permutations",
        "9",
    ]);
    assert_eq!(found["units"].as_array().map(Vec::len), Some(70_225));
    let found = json(&["st-dbscan", "--input", &crowd, "--distance-m", "2", "--days", "1"]);
    assert_eq!(found["n"], 70_225);
}

#[test]
fn a_cusum_can_begin_again_after_an_alarm() {
    let files = Files::new();
    let series = files.write("series.csv", "t,count\n1,3\n2,5\n3,4\n4,4\n5,9\n6,9\n7,4\n");
    let bounds = |more: &[&str]| -> Vec<f64> {
        let cusum = [
            "outbreak", "--rule", "cusum", "--range", "5", "--k", "1", "--h", "2", "--input", &series,
        ];
        let words: Vec<&str> = cusum.iter().chain(more).copied().collect();
        let steps = json(&words)["series"].as_array().cloned().unwrap();
        steps
            .iter()
            .filter_map(|step| step["upper_bound"].as_f64())
            .collect()
    };
    // √4 (2 + 1 − S before) + 4 with S 0, 1.5 and 3, or 0 again.
    assert_eq!(bounds(&[]), [10.0, 7.0, 4.0]);
    assert_eq!(bounds(&["--reset"]), [10.0, 7.0, 10.0]);
    // √(4 + 16) (3 − 0) + 4 with the dispersion 1.
    let first = bounds(&["--trans", "pearsonNegBin", "--alpha", "1"])[0];
    assert!((first - (3.0 * 20.0_f64.sqrt() + 4.0)).abs() < 1e-9, "{first}");
}

#[test]
fn a_wrong_pair_of_neighbours_is_named() {
    let files = Files::new();
    let units = files.write("units.csv", "id,value\na,1\nb,2\nc,5\n");
    let pairs = files.write("pairs.csv", "i,j\na,b\nb,z\n");
    let said = analyze(["gi-star", "--input", &units, "--neighbors", &pairs]);
    assert!(
        said.code == 1 && said.err.contains("pairs.csv, line 3, column \"j\"") && said.err.contains('z'),
        "{}",
        said.err
    );
}

#[test]
fn unsorted_rows_and_rows_of_one_day_are_gathered() {
    let files = Files::new();
    let sorted = files.write("a.csv", "t,count\n1,2\n2,5\n3,4\n");
    let mixed = files.write("b.csv", "t,count\n3,4\n2,1\n1,2\n2,4\n");
    let series = |path: &str| json(&["outbreak", "--input", path, "--rule", "ears-c1"])["series"].clone();
    assert_eq!(series(&sorted), series(&mixed));
}

/// The order of the rows does not matter, and a row that stands twice counts twice, as one with count 2 does.
#[test]
fn shuffled_and_repeated_rows_give_the_same_answer() {
    let files = Files::new();
    let rows: Vec<String> = (0..40)
        .map(|i| format!("{},{},2026-01-{:02}", i * 37 % 500, i * 91 % 300, 1 + i * 7 % 28))
        .collect();
    let header = "x,y,date,count\n".to_owned();
    let counted = rows.iter().fold(header.clone(), |csv, row| csv + row + ",2\n");
    let repeated = rows
        .iter()
        .rev()
        .chain(&rows)
        .fold(header, |csv, row| csv + row + ",1\n");
    let (counted, repeated) = (files.write("a.csv", &counted), files.write("b.csv", &repeated));
    for (method, field) in [("scan", "clusters"), ("knox", "observed"), ("knox", "p")] {
        let answer = |path: &str| json(&[method, "--input", path])[field].clone();
        assert_eq!(answer(&counted), answer(&repeated), "{method}");
    }
}

#[test]
fn every_method_shows_an_example() {
    let methods = [
        "scan",
        "gi-star",
        "local-moran",
        "emerging",
        "knox",
        "outbreak",
        "kde",
        "aoristic",
        "evaluate",
        "st-dbscan",
    ];
    for method in methods {
        let said = analyze([method, "--help"]);
        assert_eq!(said.code, 0);
        assert!(
            said.out.contains(&format!("Example: lagebild analyze {method}")),
            "{method}: {}",
            said.out
        );
    }
}
