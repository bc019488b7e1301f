//! Our figures beside the peers', as ratios, beside the ratios of the committed baseline.

use std::fs;
use std::path::PathBuf;

use toml::Table;

/// One of our figures beside a peer's of the same run; less is better.
pub(crate) struct Comparison {
    /// Its name in the baseline.
    pub(crate) key: &'static str,
    pub(crate) what: String,
    pub(crate) ours: f64,
    pub(crate) peer: String,
    pub(crate) theirs: f64,
    pub(crate) unit: &'static str,
}

impl Comparison {
    fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }
}

fn baseline_path() -> PathBuf {
    lagebild_tests::workspace().join("tests/benches/beside_peers/baseline.toml")
}

/// Prints the table and says what has become worse than the baseline allows; with `LAGEBILD_BENCH_BASELINE=write` makes
/// the ratios of this run the baseline instead.
pub(crate) fn report(comparisons: &[Comparison]) {
    let text = fs::read_to_string(baseline_path()).unwrap_or_default();
    let baseline: Table = text.parse().expect("the baseline is TOML");
    let tolerance = baseline
        .get("tolerance")
        .and_then(toml::Value::as_float)
        .unwrap_or(1.3);
    let known = |key: &str| baseline.get("ratio")?.get(key)?.as_float();
    println!("\n| what | ours | peer | peer's | ratio | baseline | |\n|---|---|---|---|---|---|---|");
    let mut worse = Vec::new();
    for c in comparisons {
        let before = known(c.key);
        let verdict = match before {
            None => "new",
            Some(before) if c.ratio() > before * tolerance => {
                worse.push(c.key);
                "WORSE"
            }
            Some(before) if c.ratio() * tolerance < before => "better",
            Some(_) => "",
        };
        println!(
            "| {} | {:.2} {unit} | {} | {:.2} {unit} | {:.2} | {} | {verdict} |",
            c.what,
            c.ours,
            c.peer,
            c.theirs,
            c.ratio(),
            before.map_or(String::new(), |before| format!("{before:.2}")),
            unit = c.unit,
        );
    }
    if std::env::var_os("LAGEBILD_BENCH_BASELINE").is_some_and(|value| value == "write") {
        write_baseline(tolerance, comparisons);
        println!("\nThese ratios are the baseline now.");
    } else if !worse.is_empty() {
        println!(
            "\nWorse than the baseline by more than {tolerance}: {}. Run it again on a quiet machine; where it stays so, something has become slower.",
            worse.join(", ")
        );
    }
}

fn write_baseline(tolerance: f64, comparisons: &[Comparison]) {
    let ratios: Vec<String> = comparisons
        .iter()
        .map(|c| format!("{} = {:.3}\n", c.key, c.ratio()))
        .collect();
    let text = format!(
        "# Our time over the peer's in the same run (`make bench`), and how much worse a run may be before it says so.\n\
         # Written by LAGEBILD_BENCH_BASELINE=write make bench.\ntolerance = {tolerance:?}\n\n[ratio]\n{}",
        ratios.concat()
    );
    fs::write(baseline_path(), text).expect("the baseline can be written");
}
