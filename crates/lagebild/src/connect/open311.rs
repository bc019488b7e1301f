//! An Open311 server: windows of at most 90 days, page by page where it gives pages.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use lagebild_ingest::{Import, Requests};
use lagebild_store::Store;

use super::http::{Asker, hours_before};
use super::{Trouble, read};

/// Longest window that GeoReport v2 allows.
const WINDOW: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Pages of one window, for servers that never end.
const MOST_PAGES: u32 = 1_000;

/// A server's `requests.json` or `requests.xml`.
pub(super) struct GeoReport {
    url: String,
    asker: Asker,
    page_size: Option<u32>,
    overlap_hours: u32,
    /// Up to here all windows have been read.
    read_to: Option<Timestamp>,
    from: Option<Date>,
}

impl GeoReport {
    pub(super) fn new(url: String, from: Option<Date>, page_size: Option<u32>, requests: &Requests) -> Self {
        Self {
            url,
            asker: Asker::new(requests),
            page_size,
            overlap_hours: requests.overlap_hours,
            read_to: None,
            from,
        }
    }

    pub(super) async fn round(&mut self, import: &mut Import, store: &Store) -> Result<(), Trouble> {
        let now = Timestamp::now();
        let start = match (self.read_to, self.from) {
            (Some(read_to), _) => hours_before(read_to, self.overlap_hours),
            (None, Some(day)) => day
                .to_zoned(jiff::tz::TimeZone::UTC)
                .map_or(now, |zoned| zoned.timestamp()),
            (None, None) => now.checked_sub(WINDOW).unwrap_or(now),
        };
        for (from, to) in windows(start, now) {
            self.window(from, to, import, store).await?;
            self.read_to = Some(to);
        }
        Ok(())
    }

    async fn window(
        &self,
        from: Timestamp,
        to: Timestamp,
        import: &mut Import,
        store: &Store,
    ) -> Result<(), Trouble> {
        for page in 1..=MOST_PAGES {
            let before = import.summary();
            let url = self.address(from, to, page);
            if let Some(answer) = self.asker.ask(url, &[]).await? {
                read(import, "requests", answer.body, store).await?;
            }
            let after = import.summary();
            let read = after.read - before.read;
            // A server that knows no pages gives the same again: all of it merges.
            let is_new = after.merged - before.merged < read;
            match self.page_size {
                Some(size) if read >= u64::from(size) && is_new => {}
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn address(&self, from: Timestamp, to: Timestamp, page: u32) -> String {
        let second = |at: Timestamp| at.round(jiff::Unit::Second).unwrap_or(at);
        let joint = if self.url.contains('?') { '&' } else { '?' };
        // Some dialects give open requests only unless both are asked for.
        let mut url = format!(
            "{}{joint}start_date={}&end_date={}&status=open,closed",
            self.url,
            second(from),
            second(to)
        );
        if let Some(size) = self.page_size {
            // Writing to a text cannot fail.
            let _ = write!(url, "&page={page}&page_size={size}");
        }
        url
    }
}

/// Windows of at most 90 days from the first moment to the last.
fn windows(start: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut windows = Vec::new();
    let mut from = start;
    while from < end {
        let to = from.checked_add(WINDOW).map_or(end, |to| to.min(end));
        windows.push((from, to));
        from = to;
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_is_longer_than_the_standard_allows() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let found = windows(at("2026-01-01T00:00:00Z"), at("2026-07-15T12:00:00Z"));
        assert_eq!(
            found,
            [
                (at("2026-01-01T00:00:00Z"), at("2026-04-01T00:00:00Z")),
                (at("2026-04-01T00:00:00Z"), at("2026-06-30T00:00:00Z")),
                (at("2026-06-30T00:00:00Z"), at("2026-07-15T12:00:00Z")),
            ]
        );
        assert!(windows(at("2026-07-15T12:00:00Z"), at("2026-07-15T12:00:00Z")).is_empty());
    }

    #[test]
    fn both_states_are_asked_for_and_pages_where_the_server_gives_them() {
        let server = GeoReport::new(
            "https://example.org/requests.json?jurisdiction_id=x".to_owned(),
            None,
            Some(50),
            &Requests::default(),
        );
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            server.address(at("2026-01-01T00:00:00.4Z"), at("2026-01-02T00:00:00Z"), 2),
            "https://example.org/requests.json?jurisdiction_id=x&start_date=2026-01-01T00:00:00Z\
             &end_date=2026-01-02T00:00:00Z&status=open,closed&page=2&page_size=50"
        );
    }
}
