//! A command, and what it printed.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::binary::lagebild;

/// What a command left behind.
#[derive(Debug)]
pub struct Finished {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs the program in a folder to its end.
pub fn run<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Finished {
    let output = Command::new(lagebild())
        .args(arguments)
        .current_dir(folder)
        .env_remove("LAGEBILD_LOG")
        .stdin(Stdio::null())
        .output()
        .expect("the program can be run");
    finished(&output)
}

fn finished(output: &Output) -> Finished {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    Finished {
        code: output.status.code().expect("the program ends by itself"),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// The same with something to read on its standard input.
pub(crate) fn run_telling<A: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
    input: &str,
) -> Finished {
    let mut command = Command::new(lagebild());
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("LAGEBILD_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = command.spawn().expect("the program can be run");
    let mut stdin = process.stdin.take().expect("a pipe");
    // It may have ended without reading.
    stdin.write_all(input.as_bytes()).ok();
    drop(stdin);
    finished(&process.wait_with_output().expect("a process of ours"))
}

impl Finished {
    /// The command must have ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Its errors and notes must say all of this.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in:\n{}", self.stderr);
        }
        self
    }

    /// The summary on the last line of an import.
    #[track_caller]
    pub fn counts(&self) -> Counts {
        let line = self.stdout.lines().last().unwrap_or_default();
        let words: Vec<(&str, u64)> = line
            .split(' ')
            .map(|word| {
                let (name, number) = word.split_once('=').expect("name=number");
                (name, number.parse().expect("an ungrouped whole number"))
            })
            .collect();
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            [
                "read",
                "accepted",
                "updated",
                "unchanged",
                "merged",
                "excluded",
                "quarantined",
                "rows_per_s"
            ],
            "{line}"
        );
        let counts = Counts {
            accepted: words[1].1,
            updated: words[2].1,
            unchanged: words[3].1,
            merged: words[4].1,
            excluded: words[5].1,
            quarantined: words[6].1,
        };
        assert_eq!(
            words[0].1,
            counts.read(),
            "read is the sum of the next six: {line}"
        );
        counts
    }
}

/// What became of the rows of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New reports.
    pub accepted: u64,
    /// Reports that changed.
    pub updated: u64,
    /// Reports that stayed as they were.
    pub unchanged: u64,
    /// Rows with the id of an earlier row.
    pub merged: u64,
    /// Rows left out by `where`.
    pub excluded: u64,
    /// Rows kept out.
    pub quarantined: u64,
}

impl Counts {
    /// The sum of all.
    pub fn read(&self) -> u64 {
        self.accepted + self.updated + self.unchanged + self.merged + self.excluded + self.quarantined
    }
}
