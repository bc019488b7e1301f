//! What commands print: results on stdout, everything else on stderr.

use std::io::Write;

use clap::ValueEnum;

/// Form of a list: text, or one JSON object a line.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Form {
    Text,
    Json,
}

/// A line of the result. A closed pipe is the reader's choice, not an error.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").ok();
    out.flush().ok();
}

/// An error, with what to do about it.
pub(crate) fn complain(problem: &str) {
    writeln!(std::io::stderr().lock(), "error: {problem}").ok();
}

/// Something that a person should look at.
pub(crate) fn warn(problem: &str) {
    writeln!(std::io::stderr().lock(), "warning: {problem}").ok();
}

/// What is being done.
pub(crate) fn note(text: &str) {
    writeln!(std::io::stderr().lock(), "{text}").ok();
}
