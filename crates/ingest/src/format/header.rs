//! A header's names, and where the declared columns stand among them.

use crate::format::Stop;
use crate::format::form::Form;

/// Position in the header of each declared column.
pub(crate) fn positions(form: &Form, line: u64, header: &[String]) -> Result<Vec<usize>, Stop> {
    form.columns
        .iter()
        .map(|name| {
            header
                .iter()
                .position(|known| known == name)
                .ok_or_else(|| missing(form, line, name, header))
        })
        .collect()
}

fn missing(form: &Form, line: u64, name: &str, header: &[String]) -> Stop {
    let likeness = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase());
    let nearest = header
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|known| likeness(known) > 0.7);
    let hint = nearest.map_or(String::new(), |known| format!("Did you mean \"{known}\"? "));
    Stop::unreadable(
        Some(line),
        format!("the header has no column \"{name}\""),
        format!(
            "{hint}The header has: {}. Mend {} (or `separator`, `encoding`)",
            header
                .iter()
                .map(|h| h.chars().take(40).collect())
                .collect::<Vec<String>>()
                .join(", "),
            form.settings
        ),
    )
}
