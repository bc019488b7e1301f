//! What the system says of a running process.

use std::fs;
use std::process::{Command, Stdio};

/// Clock ticks a second of `/proc/PID/stat`, the same on every Linux that we know.
const TICKS: f64 = 100.0;

/// Resident memory in bytes: now, and at most so far.
pub(crate) fn resident(pid: u32) -> (f64, f64) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process on Linux");
    let kib = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        number
            .and_then(|number| number.parse::<f64>().ok())
            .expect("a number of kB")
    };
    (kib("VmRSS:") * 1024.0, kib("VmHWM:") * 1024.0)
}

/// CPU seconds so far, user and system.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a running process on Linux");
    // The name in brackets may hold blanks; utime and stime are the 12th and 13th fields behind it.
    let behind = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().expect("a number of ticks");
    (ticks(11) + ticks(12)) / TICKS
}

/// CPU seconds of `gzip -1` over a file.
pub(crate) fn gzip_cpu_seconds(file: &std::path::Path) -> Option<f64> {
    let output = Command::new("bash")
        .args(["-c", "TIMEFORMAT='%U %S'; time gzip -1 -c \"$0\" > /dev/null"])
        .arg(file)
        .env("LC_ALL", "C")
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    let seconds = text.split_whitespace().map(|word| word.parse::<f64>().ok());
    seconds.sum()
}
