//! Runs the built binary, and reads the reference cases that lie beside the repository.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a run said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `lagebild analyze` with these words.
pub(crate) fn analyze<S: AsRef<std::ffi::OsStr>>(words: impl IntoIterator<Item = S>) -> Said {
    analyze_with_threads(words, "2")
}

/// The same on so many threads.
pub(crate) fn analyze_with_threads<S: AsRef<std::ffi::OsStr>>(
    words: impl IntoIterator<Item = S>,
    threads: &str,
) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_lagebild"))
        .arg("analyze")
        .args(words)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    let said = Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!said.err.contains("panicked"), "{}", said.err);
    assert!(!said.out.contains("NaN"), "{}", said.out);
    said
}

/// The JSON answer of a run that must succeed.
pub(crate) fn json(words: &[&str]) -> Value {
    let said = analyze(words.iter().copied().chain(["--format", "json"]));
    assert_eq!(said.code, 0, "{words:?}: {}", said.err);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    for field in ["method", "parameters", "seed", "n", "elapsed_ms", "version"] {
        assert!(!answer[field].is_null(), "{field} is missing");
    }
    answer
}

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

/// A reference case.
pub(crate) struct Reference {
    folder: PathBuf,
    name: &'static str,
    pub(crate) theirs: Value,
}

impl Reference {
    pub(crate) fn new(name: &'static str) -> Option<Self> {
        let folder = reference()?.join("cases").join(name);
        let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        Some(Self {
            folder,
            name,
            theirs: serde_json::from_str(&text).unwrap(),
        })
    }

    /// Path of a file of the case.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Fails unless the numbers agree to a relative or an absolute tolerance, whichever is wider; prints a line for the
    /// table of results.
    pub(crate) fn close(&self, what: &str, ours: &Value, theirs: f64, relative: f64, absolute: f64) {
        let tolerance = absolute.max(relative * theirs.abs());
        let Some(ours) = ours.as_f64() else {
            panic!("{} {what}: ours is no number: {ours}", self.name)
        };
        println!(
            "{} | {what} | {theirs} | {ours} | {:.2e} | {tolerance:.2e}",
            self.name,
            (ours - theirs).abs()
        );
        assert!(
            (ours - theirs).abs() <= tolerance,
            "{} {what}: theirs {theirs}, ours {ours}, tolerance {tolerance}",
            self.name
        );
    }
}

/// A list of numbers; null becomes not-a-number.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap().iter();
    list.map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

/// Three standard errors of a Monte Carlo p and one rank of 999.
pub(crate) fn p_tolerance(p: f64) -> f64 {
    3.0 * (p * (1.0 - p) / 999.0).sqrt() + 0.001
}
