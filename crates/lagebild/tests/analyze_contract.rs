//! The names that `lagebild analyze` promises: every option with its default, every field of every answer.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::too_many_lines, reason = "a table of what is promised")]

mod analyze_support;

use std::fmt::Write;

use analyze_support::{analyze, json};
use serde_json::{Value, json as value};

/// A run and what its answer must hold.
struct Promise {
    words: &'static [&'static str],
    /// Files by option, written for the run.
    files: Vec<(&'static str, String)>,
    /// Parameters with their defaults.
    defaults: Value,
    /// Fields of the answer, as JSON pointers.
    fields: &'static [&'static str],
}

/// Sixty days over a row of places, with a burst at the end.
fn events() -> String {
    let mut csv = "location,x,y,date,stream,count\n".to_owned();
    for day in 0..60 {
        let place = day * 7 % 12;
        let stream = ["noise", "litter"][day % 2];
        let (month, day) = (1 + day / 28, 1 + day % 28);
        writeln!(
            csv,
            "p{place},{},0,2026-{month:02}-{day:02},{stream},1",
            place * 300
        )
        .unwrap();
    }
    csv.push_str("p4,1200,0,2026-03-04,noise,6\nempty,9000,0,2026-01-01,noise,0\n");
    csv
}

/// Units in a row, each beside the next.
fn units(slices: usize) -> String {
    let mut csv = "id,idx,t,value\n".to_owned();
    for t in 0..slices {
        for unit in 0..9 {
            writeln!(csv, "u{unit},{unit},{t},{}", (unit * 5 + t * 3) % 7).unwrap();
        }
    }
    csv
}

fn pairs() -> String {
    let pairs = (0..8).map(|i| format!("{i},{}\n{},{i}\n", i + 1, i + 1));
    pairs.fold("i,j\n".to_owned(), |csv, pair| csv + &pair)
}

fn series() -> String {
    (1..=300).fold("t,count\n".to_owned(), |csv, t| {
        csv + &format!("{t},{}\n", 3 + t * 7 % 5)
    })
}

fn promises() -> Vec<Promise> {
    let cluster = &[
        "/clusters/0/center",
        "/clusters/0/radius_m",
        "/clusters/0/locations/0",
        "/clusters/0/start",
        "/clusters/0/end",
        "/clusters/0/observed",
        "/clusters/0/expected",
        "/clusters/0/relative_risk",
        "/clusters/0/llr",
        "/clusters/0/p_value",
        "/clusters/0/recurrence_interval_days",
        "/clusters/0/streams/0/stream",
        "/clusters/0/streams/0/observed",
        "/clusters/0/streams/0/expected",
        "/clusters/0/streams/0/llr",
        "/clusters/0/polygon/coordinates",
        "/null_llr/p50",
        "/null_llr/p95",
        "/null_llr/max",
    ];
    let lisa = value!({"weights": "binary", "permutations": 999, "fdr": "bh"});
    let evaluation = &[
        "/estimate",
        "/standard_error",
        "/interval/0",
        "/interval/1",
        "/words",
    ];
    vec![
        Promise {
            words: &["scan"],
            files: vec![("--input", events())],
            defaults: value!({
                "model": "permutation", "max_radius_m": 1000.0, "max_days": 28, "max_share": 0.5, "min_cases": 2,
                "replicates": 999, "end": null, "retrospective": false, "aggregate_days": 1, "weekday_strata": false,
                "p_value": "monte-carlo",
            }),
            fields: cluster,
        },
        Promise {
            words: &["gi-star"],
            files: vec![("--input", units(1)), ("--neighbors", pairs())],
            defaults: lisa.clone(),
            fields: &[
                "/units/0/id",
                "/units/0/z",
                "/units/0/p_normal",
                "/units/0/p_sim",
                "/units/0/significant",
            ],
        },
        Promise {
            words: &["local-moran"],
            files: vec![("--input", units(1)), ("--neighbors", pairs())],
            defaults: lisa,
            fields: &[
                "/units/0/id",
                "/units/0/z",
                "/units/0/p_normal",
                "/units/0/p_sim",
                "/units/0/significant",
                "/units/0/quadrant",
            ],
        },
        Promise {
            words: &["emerging"],
            files: vec![("--input", units(10)), ("--neighbors", pairs())],
            defaults: value!({"lag": 1, "standardize": "slice", "alpha": 0.05}),
            fields: &[
                "/units/0/id",
                "/units/0/gi_star/9",
                "/units/0/mann_kendall/s",
                "/units/0/mann_kendall/var_s",
                "/units/0/mann_kendall/tau",
                "/units/0/mann_kendall/z",
                "/units/0/mann_kendall/p",
                "/units/0/pattern",
            ],
        },
        Promise {
            words: &["knox"],
            files: vec![("--input", events())],
            defaults: value!({
                "bands_m": [0.0, 1.0, 200.0, 400.0, 600.0], "bands_days": [0.0, 1.0, 2.0, 3.0], "metric": "euclidean",
                "permutations": 999, "inclusive": false,
            }),
            fields: &[
                "/observed/3/2",
                "/expected/3/2",
                "/ratio/0/0",
                "/p/3/2",
                "/near_repeat",
            ],
        },
        Promise {
            words: &["outbreak", "--rule", "ears-c1"],
            files: vec![("--input", series())],
            defaults: value!({
                "alpha": 0.001, "baseline": 7, "min_sigma": 0.0, "b": 5, "w": 3, "freq": 52, "reweight": true,
                "trend": true, "no_periods": 1, "weights_threshold": 2.58, "past_weeks_not_included": 3,
                "p_threshold_trend": 0.05, "threshold_method": "delta", "powertrans": "2/3", "limit54": [5, 4],
                "k": 1.04, "h": 2.26, "m": null,
            }),
            fields: &[
                "/series/0/t",
                "/series/0/count",
                "/series/7/upper_bound",
                "/series/7/alarm",
            ],
        },
        Promise {
            words: &["kde", "--bandwidth-m", "500", "--cell-m", "100"],
            files: vec![("--input", events())],
            defaults: value!({"kernel": "quartic", "bandwidth_m": 500.0, "cell_m": 100.0, "boundary": null}),
            fields: &[
                "/grid/origin/0",
                "/grid/cell_m",
                "/grid/columns",
                "/grid/rows",
                "/grid/values/0",
            ],
        },
        Promise {
            words: &["aoristic"],
            files: vec![(
                "--input",
                "from,to\n2026-01-05T22:30,2026-01-06T01:30\n".to_owned(),
            )],
            defaults: value!({"by": "hour"}),
            fields: &["/bins/0/bin", "/bins/23/weight"],
        },
        Promise {
            words: &[
                "evaluate",
                "--measure",
                "wdd",
                "--treated",
                "20,10",
                "--control",
                "20,20",
            ],
            files: vec![],
            defaults: value!({"measure": "wdd", "time_weights": [1.0, 1.0], "area_weights": [1.0, 1.0, 1.0, 1.0]}),
            fields: evaluation,
        },
        Promise {
            words: &[
                "evaluate",
                "--measure",
                "poisson-ratio",
                "--treated",
                "20,10",
                "--control",
                "20,20",
            ],
            files: vec![],
            defaults: value!({"measure": "poisson-ratio"}),
            fields: evaluation,
        },
        Promise {
            words: &[
                "evaluate",
                "--measure",
                "wdq",
                "--treated",
                "100,60",
                "--buffer",
                "50,55",
                "--control",
                "200,200",
            ],
            files: vec![],
            defaults: value!({"measure": "wdq"}),
            fields: &["/estimate", "/words"],
        },
        Promise {
            words: &["evaluate", "--measure", "e-test", "--counts", "20,10"],
            files: vec![],
            defaults: value!({"measure": "e-test", "exposures": [1.0, 1.0]}),
            fields: &["/estimate", "/p", "/words"],
        },
    ]
}

#[test]
fn every_answer_has_the_promised_fields_and_every_parameter_its_default() {
    let folder = tempfile::tempdir().unwrap();
    for promise in promises() {
        let mut words: Vec<String> = promise.words.iter().map(|&word| word.to_owned()).collect();
        for (option, text) in promise.files {
            let path = folder.path().join(format!("{option}.csv"));
            std::fs::write(&path, text).unwrap();
            words.extend([option.to_owned(), path.to_str().unwrap().to_owned()]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let answer = json(&words);
        assert_eq!(answer["method"], words[0]);
        for field in promise.fields {
            assert!(
                answer.pointer(field).is_some_and(|field| !field.is_null()),
                "{words:?}: {field} is missing in {answer}"
            );
        }
        for (name, default) in promise.defaults.as_object().unwrap() {
            let parameters = &answer["parameters"];
            assert!(
                parameters.get(name).is_some(),
                "{words:?}: parameter {name} is missing"
            );
            assert_eq!(&parameters[name], default, "{words:?}: {name}");
        }
    }
}

/// A rule says nothing before its baseline is long enough: null, not false.
#[test]
fn before_the_baseline_is_long_enough_there_is_no_alarm_and_no_silence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.csv");
    std::fs::write(&path, series()).unwrap();
    // First step with an answer, from 0: as many as the baseline (and its gaps), or years back and half a window.
    for (rule, options, first) in [
        ("ears-c1", &[][..], 7),
        ("ears-c2", &[], 9),
        ("ears-c3", &[], 11),
        ("farrington", &["--b", "4", "--w", "2"], 4 * 52 + 2),
        ("farrington-flexible", &["--b", "3", "--w", "3"], 3 * 52 + 3),
        ("cusum", &["--range", "21:300"], 20),
    ] {
        let words = ["outbreak", "--rule", rule, "--input", path.to_str().unwrap()];
        let answer = json(&[&words[..], options].concat());
        for (step, of_step) in answer["series"].as_array().unwrap().iter().enumerate() {
            for field in ["upper_bound", "alarm"] {
                assert_eq!(of_step[field].is_null(), step < first, "{rule} {step} {field}");
            }
        }
    }
}

/// The options of the table that have no default, each once, together with the other choices of those that have.
#[test]
fn every_option_of_the_table_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let events = write("events.csv", &events());
    // Events without streams, for the models that take one.
    let plain = "location,x,y,date\np4,0,0,2026-03-01\np4,0,0,2026-03-04\np5,900,0,2026-03-02\n";
    let (plain, controls) = (
        write("plain.csv", plain),
        write("controls.csv", &plain.replace("-03-", "-02-")),
    );
    let people = write("people.csv", "location,population\np4,900\np5,500\n");
    let points = write(
        "points.csv",
        "lon,lat\n7.80,51.68\n7.81,51.68\n7.81,51.69\n7.82,51.67\n",
    );
    let town = r#"{"type":"Polygon","coordinates":[[[7.7,51.6],[7.9,51.6],[7.9,51.8],[7.7,51.6]]]}"#;
    let town = write("town.json", town);
    let forecast = write("forecast.csv", "predicted,observed,area\n3,2,1\n1,0,1\n");
    let series = write("series.csv", &series());
    let spans = write("spans.csv", "from,to\n2026-01-05T22:30,2026-01-06T01:30\n");
    let runs: Vec<Vec<&str>> = vec![
        vec![
            "scan",
            "--input",
            &events,
            "--retrospective",
            "--p-value",
            "gumbel",
            "--max-share",
            "0.4",
        ],
        vec![
            "scan",
            "--input",
            &events,
            "--weekday-strata",
            "--end",
            "2026-03-01",
            "--seed",
            "5",
        ],
        vec![
            "scan",
            "--input",
            &events,
            "--aggregate-days",
            "7",
            "--min-cases",
            "3",
            "--replicates",
            "19",
        ],
        vec![
            "scan",
            "--input",
            &plain,
            "--model",
            "poisson",
            "--population",
            &people,
        ],
        vec![
            "scan",
            "--input",
            &plain,
            "--model",
            "bernoulli",
            "--controls",
            &controls,
        ],
        vec![
            "scan",
            "--input",
            &events,
            "--crs",
            "EPSG:25832",
            "--max-radius-m",
            "500",
            "--max-days",
            "7",
        ],
        vec![
            "gi-star",
            "--input",
            &points,
            "--h3",
            "8",
            "--no-self",
            "--weights",
            "row",
            "--fdr",
            "by",
        ],
        vec![
            "local-moran",
            "--input",
            &points,
            "--h3",
            "8",
            "--fdr",
            "none",
            "--permutations",
            "99",
        ],
        vec![
            "knox",
            "--input",
            &events,
            "--metric",
            "manhattan",
            "--inclusive",
            "--permutations",
            "99",
        ],
        vec![
            "outbreak",
            "--input",
            &series,
            "--rule",
            "farrington",
            "--powertrans",
            "1/2",
            "--limit54",
            "0,1",
        ],
        vec![
            "outbreak",
            "--input",
            &series,
            "--rule",
            "farrington-flexible",
            "--thresholdMethod",
            "nbPlugin",
        ],
        vec![
            "kde",
            "--input",
            &points,
            "--kernel",
            "gaussian",
            "--boundary",
            &town,
            "--cell-m",
            "200",
        ],
        vec!["aoristic", "--input", &spans, "--by", "hour-of-week"],
        vec!["aoristic", "--input", &spans, "--by", "weekday"],
        vec!["evaluate", "--measure", "pai", "--input", &forecast],
        vec!["evaluate", "--measure", "pei", "--input", &forecast],
        vec!["evaluate", "--measure", "rri", "--input", &forecast],
    ];
    for words in runs {
        json(&words);
        let table = analyze(words.iter().copied().chain(["--format", "table"]));
        assert!(
            table.code == 0 && !table.out.is_empty(),
            "{words:?}: {}",
            table.err
        );
    }
}
