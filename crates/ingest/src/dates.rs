//! Dates and times as feeds write them: a form says how finely time is known.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp, ToSpan};

use lagebild_domain::Interval;

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotATime {
    /// Another form, or a day that does not exist.
    Form,
    /// A local time that the change to summer time skips.
    Skipped,
}

/// How one source writes its times.
#[derive(Debug, Clone)]
pub(crate) struct DateForms {
    /// `strftime` forms, tried in order; none means ISO 8601 / RFC 3339.
    pub(crate) forms: Vec<String>,
    /// Zone of times without an offset.
    pub(crate) zone: TimeZone,
}

impl DateForms {
    /// The span that the text stands for: the second, minute, hour, day, month or year that it names.
    ///
    /// A time of day to the minute or second is an instant. An hour that the end of summer time repeats is taken as the
    /// earlier one.
    pub(crate) fn interval(&self, text: &str) -> Result<Interval, NotATime> {
        if self.forms.is_empty() {
            return self.iso(text);
        }
        let mut result = Err(NotATime::Form);
        for form in &self.forms {
            match self.by_form(form, text) {
                Err(NotATime::Form) => {}
                other => {
                    result = other;
                    break;
                }
            }
        }
        result
    }

    /// The forms for a message.
    pub(crate) fn expected(&self) -> String {
        if self.forms.is_empty() {
            "2026-11-01T08:30:00+01:00, 2026-11-01 08:30 or 2026-11-01".to_owned()
        } else {
            self.forms.join(" or ")
        }
    }

    fn iso(&self, text: &str) -> Result<Interval, NotATime> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Interval::instant(at));
        }
        // jiff would read a date-time as a date; a plain date has ten characters.
        if text.len() == 10 {
            let day: Date = text.parse().map_err(|_| NotATime::Form)?;
            return self.span(day.at(0, 0, 0, 0), 1.day());
        }
        let at: DateTime = text.parse().map_err(|_| NotATime::Form)?;
        self.instant(at).map(Interval::instant)
    }

    fn by_form(&self, form: &str, text: &str) -> Result<Interval, NotATime> {
        let parts = BrokenDownTime::parse(form, text).map_err(|_| NotATime::Form)?;
        if parts.offset().is_some() {
            let at = parts.to_timestamp().map_err(|_| NotATime::Form)?;
            return Ok(Interval::instant(at));
        }
        let date = |month, day| {
            let year = parts.year().ok_or(NotATime::Form)?;
            Date::new(year, month, day).map_err(|_| NotATime::Form)
        };
        let (Some(month), day) = (parts.month(), parts.day()) else {
            return self.span(date(1, 1)?.at(0, 0, 0, 0), 1.year());
        };
        let Some(day) = day else {
            return self.span(date(month, 1)?.at(0, 0, 0, 0), 1.month());
        };
        let date = date(month, day)?;
        let Some(hour) = parts.hour() else {
            return self.span(date.at(0, 0, 0, 0), 1.day());
        };
        let Some(minute) = parts.minute() else {
            return self.span(date.at(hour, 0, 0, 0), 1.hour());
        };
        let at = date.at(
            hour,
            minute,
            parts.second().unwrap_or(0),
            parts.subsec_nanosecond().unwrap_or(0),
        );
        self.instant(at).map(Interval::instant)
    }

    fn span(&self, from: DateTime, length: Span) -> Result<Interval, NotATime> {
        let to = from.checked_add(length).map_err(|_| NotATime::Form)?;
        // A day whose midnight is skipped still is a day.
        let at = |local: DateTime| {
            self.zone
                .to_ambiguous_timestamp(local)
                .compatible()
                .map_err(|_| NotATime::Form)
        };
        Interval::new(at(from)?, at(to)?).map_err(|_| NotATime::Form)
    }

    fn instant(&self, local: DateTime) -> Result<Timestamp, NotATime> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return Err(NotATime::Skipped);
        }
        ambiguous.earlier().map_err(|_| NotATime::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(forms: &[&str], zone: &str, text: &str) -> Result<(String, String), NotATime> {
        let forms = DateForms {
            forms: forms.iter().map(|f| (*f).to_owned()).collect(),
            zone: TimeZone::get(zone).unwrap(),
        };
        forms
            .interval(text)
            .map(|i| (i.from().to_string(), i.to().to_string()))
    }

    fn span(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    /// London is at UTC+1 until 28 October 2018.
    #[test]
    fn a_month_is_the_whole_month_in_its_zone() {
        assert_eq!(
            read(&["%Y-%m"], "Europe/London", "2018-10"),
            Ok(span("2018-09-30T23:00:00Z", "2018-11-01T00:00:00Z"))
        );
        assert_eq!(
            read(&["%Y"], "Europe/Berlin", "2019"),
            Ok(span("2018-12-31T23:00:00Z", "2019-12-31T23:00:00Z"))
        );
    }

    #[test]
    fn days_hours_and_instants() {
        let berlin = "Europe/Berlin";
        assert_eq!(
            read(&["%d.%m.%Y %H"], berlin, "01.07.2022 18"),
            Ok(span("2022-07-01T16:00:00Z", "2022-07-01T17:00:00Z"))
        );
        assert_eq!(
            read(&["%d.%m.%Y"], berlin, "26.10.2025"),
            // The day on which summer time ends has 25 hours.
            Ok(span("2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"))
        );
        assert_eq!(
            read(&[], berlin, "2026-11-01T08:30:00+01:00"),
            Ok(span("2026-11-01T07:30:00Z", "2026-11-01T07:30:00Z"))
        );
        assert_eq!(
            read(&[], berlin, "2026-11-01 08:30:00"),
            Ok(span("2026-11-01T07:30:00Z", "2026-11-01T07:30:00Z"))
        );
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        assert_eq!(read(&["%Y-%m"], "Europe/Berlin", "2018-13"), Err(NotATime::Form));
        assert_eq!(
            read(&["%Y-%m-%d"], "Europe/Berlin", "2026-02-30"),
            Err(NotATime::Form)
        );
        assert_eq!(read(&[], "Europe/Berlin", "2026-02-30"), Err(NotATime::Form));
        assert_eq!(read(&[], "Europe/Berlin", ""), Err(NotATime::Form));
        // Clocks go from 2:00 to 3:00 on 29 March 2026.
        assert_eq!(
            read(&[], "Europe/Berlin", "2026-03-29 02:30:00"),
            Err(NotATime::Skipped)
        );
    }
}
