//! Reads the reference cases, which lie beside the repository.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of the reference results, or `None` with a clear word; a failure where tests run unattended.
pub(crate) fn reference() -> Option<PathBuf> {
    let shared = std::env::var_os("LAGEBILD_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("reference/stats");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the reference cases are absent: {} (set LAGEBILD_SHARED)",
        folder.display()
    );
    println!(
        "NOT CHECKED: the reference cases are absent: {} (set LAGEBILD_SHARED)",
        folder.display()
    );
    None
}

/// The folder of one case.
pub(crate) fn case(name: &str) -> Option<PathBuf> {
    reference().map(|folder| folder.join("cases").join(name))
}

/// The expected values of a case.
pub(crate) fn expected(folder: &Path) -> Value {
    serde_json::from_str(&text(folder, "expected.json")).unwrap()
}

/// A file of a case.
pub(crate) fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// A list of numbers; null becomes not-a-number.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap_or(f64::NAN))
        .collect()
}

/// Fails unless the numbers agree to a relative or an absolute tolerance, whichever is wider.
pub(crate) fn assert_close(what: &str, ours: f64, theirs: f64, relative: f64, absolute: f64) {
    let difference = (ours - theirs).abs();
    println!("{what}: theirs {theirs}, ours {ours}, difference {difference:.2e}");
    assert!(
        difference <= absolute.max(relative * theirs.abs()),
        "{what}: theirs {theirs}, ours {ours}, difference {difference}, tolerance {relative} relative or {absolute}"
    );
}

/// Monte Carlo tolerance of a p-value: three standard errors and one rank of 999 replicates.
pub(crate) fn p_tolerance(p: f64) -> f64 {
    3.0 * (p * (1.0 - p) / 999.0).sqrt() + 0.001
}

/// Days since 1970-01-01 of a date in `SaTScan`'s form `year/month/day`.
pub(crate) fn day(date: &str) -> i64 {
    let parts: Vec<i64> = date.split('/').map(|p| p.parse().unwrap()).collect();
    let (year, month, day) = (parts[0], parts[1], parts[2]);
    // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
