//! Dates and times as feeds write them: a form says how finely time is known.

use jiff::civil::{Date, DateTime, ISOWeekDate, Weekday, date};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Timestamp, ToSpan};

use lagebild_domain::Interval;

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotATime {
    /// Another form, or a day that does not exist.
    Form,
    /// A local time that the change to summer time skips, at this moment.
    Skipped(Timestamp),
    /// A day that programs write where they know none.
    Placeholder,
}

/// Days that programs write where they know none: the first days of .NET, Excel, SQL Server and Unix.
const PLACEHOLDER_DAYS: [Date; 4] = [
    date(1, 1, 1),
    date(1899, 12, 30),
    date(1900, 1, 1),
    date(1970, 1, 1),
];
/// A placeholder when it stands for a day or an instant; as a year or month it may be meant.
const PLACEHOLDER_UNLESS_LONG: Date = date(2000, 1, 1);
const LONGEST_DAY_S: i64 = 25 * 3600;

/// How one source writes its times.
#[derive(Debug, Clone)]
pub(crate) struct DateForms {
    /// `strftime` forms, tried in order; none means ISO 8601 / RFC 3339.
    forms: Vec<String>,
    /// True where ISO 8601 is read beside the forms: cells of a workbook that are dates have no form of their own.
    is_iso_read_too: bool,
    /// Zone of times without an offset.
    zone: TimeZone,
    /// Midnights of [`PLACEHOLDER_DAYS`], in the zone and in UTC.
    placeholders: Vec<Timestamp>,
    /// Midnights of [`PLACEHOLDER_UNLESS_LONG`].
    placeholders_unless_long: Vec<Timestamp>,
}

/// The zone of a name such as `Europe/Berlin`, or of an offset that holds all year, such as `+01:00`.
pub(crate) fn zone_of(name: &str) -> Option<TimeZone> {
    if name.starts_with(['+', '-']) {
        let parts = BrokenDownTime::parse("%:z", name).ok()?;
        return parts.offset().map(Offset::to_time_zone);
    }
    TimeZone::get(name).ok()
}

impl DateForms {
    /// Forms of times in a zone.
    ///
    /// # Errors
    /// The form that cannot say when something happened.
    pub(crate) fn new(forms: Vec<String>, zone: TimeZone) -> Result<Self, String> {
        let midnights = |days: &[Date]| -> Vec<Timestamp> {
            [&zone, &TimeZone::UTC]
                .into_iter()
                .flat_map(|zone| days.iter().map(|day| day.to_zoned(zone.clone())))
                .flatten()
                .map(|at| at.timestamp())
                .collect()
        };
        let read = Self {
            placeholders: midnights(&PLACEHOLDER_DAYS),
            placeholders_unless_long: midnights(&[PLACEHOLDER_UNLESS_LONG]),
            forms,
            is_iso_read_too: false,
            zone,
        };
        match read.forms.iter().find(|form| !read.can_be_read(form)) {
            None => Ok(read),
            Some(form) => Err(form.clone()),
        }
    }

    /// The same, with ISO 8601 read beside the forms.
    pub(crate) fn with_iso(self) -> Self {
        Self {
            is_iso_read_too: true,
            ..self
        }
    }

    /// True when a time that is written in this form is found again in what it reads as.
    fn can_be_read(&self, form: &str) -> bool {
        let Ok(sample) = date(2026, 3, 4).at(15, 6, 7, 0).to_zoned(self.zone.clone()) else {
            return false;
        };
        let read = strtime::format(form, &sample)
            .ok()
            .and_then(|text| self.by_form(form, &text).ok());
        let at = sample.timestamp();
        // A form without seconds reads as the start of its minute.
        read.is_some_and(|i| i.from() <= at && at.as_second() - i.to().as_second() < 60)
    }

    /// The span that the text stands for: the second, minute, hour, day, week, month or year that it names.
    ///
    /// A time of day to the minute or second is an instant. Where the end of summer time repeats an hour, an instant in it
    /// is taken as the earlier one, and the whole hour as both. A time that the start of summer time skips is refused.
    pub(crate) fn interval(&self, text: &str) -> Result<Interval, NotATime> {
        let interval = self.read(text)?;
        let is_placeholder = self.placeholders.contains(&interval.from())
            || self.placeholders_unless_long.contains(&interval.from())
                && interval.length_seconds() <= LONGEST_DAY_S;
        if is_placeholder {
            return Err(NotATime::Placeholder);
        }
        Ok(interval)
    }

    /// The same for one end of a longer span: there a skipped time stands for the moment that skips it.
    pub(crate) fn bound(&self, text: &str) -> Result<Interval, NotATime> {
        match self.interval(text) {
            Err(NotATime::Skipped(at)) => Ok(Interval::instant(at)),
            other => other,
        }
    }

    fn read(&self, text: &str) -> Result<Interval, NotATime> {
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
        if self.is_iso_read_too && result == Err(NotATime::Form) {
            return self.iso(text);
        }
        result
    }

    /// The zone's name for a message.
    pub(crate) fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("its zone").to_owned()
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
        if let Some(at) = parts.timestamp() {
            return Ok(Interval::instant(at));
        }
        if parts.offset().is_some() {
            let at = parts.to_timestamp().map_err(|_| NotATime::Form)?;
            return Ok(Interval::instant(at));
        }
        let (day, length) = calendar_span(&parts)?;
        let Some(hour) = parts.hour() else {
            return self.span(day.at(0, 0, 0, 0), length);
        };
        if length.get_days() != 1 {
            return Err(NotATime::Form);
        }
        let Some(minute) = parts.minute() else {
            return self.span(day.at(hour, 0, 0, 0), 1.hour());
        };
        let at = day.at(
            hour,
            minute,
            parts.second().unwrap_or(0),
            parts.subsec_nanosecond().unwrap_or(0),
        );
        self.instant(at).map(Interval::instant)
    }

    fn span(&self, from: DateTime, length: Span) -> Result<Interval, NotATime> {
        let to = from.checked_add(length).map_err(|_| NotATime::Form)?;
        // A day whose midnight is skipped still is a day, and a repeated hour is both of them.
        let at = |local: DateTime| {
            self.zone
                .to_ambiguous_timestamp(local)
                .compatible()
                .map_err(|_| NotATime::Form)
        };
        let span = Interval::new(at(from)?, at(to)?).map_err(|_| NotATime::Form)?;
        if span.length_seconds() == 0 {
            return Err(NotATime::Skipped(span.from()));
        }
        Ok(span)
    }

    fn instant(&self, local: DateTime) -> Result<Timestamp, NotATime> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            let behind = ambiguous.later().map_err(|_| NotATime::Form)?;
            let jump = self.zone.preceding(behind).next();
            return Err(NotATime::Skipped(jump.map_or(behind, |jump| jump.timestamp())));
        }
        ambiguous.earlier().map_err(|_| NotATime::Form)
    }
}

/// The first day of what the parts name, and its length: a day, a week, a month or a year.
fn calendar_span(parts: &BrokenDownTime) -> Result<(Date, Span), NotATime> {
    let date_of = |month, day| {
        let year = parts.year().ok_or(NotATime::Form)?;
        Date::new(year, month, day).map_err(|_| NotATime::Form)
    };
    match (parts.month(), parts.day()) {
        (Some(month), Some(day)) => Ok((date_of(month, day)?, 1.day())),
        (Some(month), None) => Ok((date_of(month, 1)?, 1.month())),
        (None, Some(_)) => Err(NotATime::Form),
        (None, None) => {
            // A day of the year, or a week with its weekday.
            if let Ok(day) = parts.to_date() {
                return Ok((day, 1.day()));
            }
            if let (Some(year), Some(week)) = (parts.iso_week_year(), parts.iso_week()) {
                let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| NotATime::Form)?;
                return Ok((monday.date(), 1.week()));
            }
            let has_more = parts.day_of_year().is_some()
                || parts.monday_based_week().is_some()
                || parts.sunday_based_week().is_some()
                || parts.weekday().is_some();
            if has_more {
                return Err(NotATime::Form);
            }
            Ok((date_of(1, 1)?, 1.year()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(forms: &[&str], zone: &str, text: &str) -> Result<(String, String), NotATime> {
        let forms = DateForms::new(
            forms.iter().map(|f| (*f).to_owned()).collect(),
            zone_of(zone).unwrap(),
        )
        .unwrap();
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
            Err(NotATime::Skipped("2026-03-29T01:00:00Z".parse().unwrap()))
        );
    }

    /// Clocks go from 3:00 back to 2:00 on 30 October 2022, and from 2:00 to 3:00 on 27 March 2022.
    #[test]
    fn a_repeated_hour_is_both_and_a_skipped_one_a_moment() {
        let berlin = "Europe/Berlin";
        let hours = &["%d.%m.%Y %H"];
        assert_eq!(
            read(hours, berlin, "30.10.2022 02"),
            Ok(span("2022-10-30T00:00:00Z", "2022-10-30T02:00:00Z"))
        );
        assert_eq!(
            read(&[], berlin, "2022-10-30 02:30:00"),
            Ok(span("2022-10-30T00:30:00Z", "2022-10-30T00:30:00Z"))
        );
        let jump = "2022-03-27T01:00:00Z".parse::<Timestamp>().unwrap();
        let forms = DateForms::new(vec!["%d.%m.%Y %H".to_owned()], zone_of(berlin).unwrap()).unwrap();
        assert_eq!(forms.interval("27.03.2022 02"), Err(NotATime::Skipped(jump)));
        assert_eq!(forms.bound("27.03.2022 02"), Ok(Interval::instant(jump)));
        let minutes = DateForms::new(Vec::new(), zone_of(berlin).unwrap()).unwrap();
        assert_eq!(minutes.bound("2022-03-27 02:45"), Ok(Interval::instant(jump)));
    }

    /// Day 60 of 2026 is 1 March; ISO week 2026-W01 begins on Monday, 29 December 2025.
    #[test]
    fn days_of_the_year_and_weeks() {
        assert_eq!(
            read(&["%Y-%j"], "Europe/Berlin", "2026-060"),
            Ok(span("2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z"))
        );
        assert_eq!(
            read(&["%G-W%V"], "Europe/Berlin", "2026-W01"),
            Ok(span("2025-12-28T23:00:00Z", "2026-01-04T23:00:00Z"))
        );
    }

    #[test]
    fn an_offset_may_hold_all_year() {
        assert_eq!(
            read(&[], "+01:00", "2026-07-01 12:00"),
            Ok(span("2026-07-01T11:00:00Z", "2026-07-01T11:00:00Z"))
        );
        assert!(zone_of("+1").is_none() && zone_of("Europe/Hamm").is_none());
    }

    #[test]
    fn placeholders_are_refused() {
        for text in [
            "1970-01-01",
            "1970-01-01T00:00:00Z",
            "2000-01-01 00:00",
            "1900-01-01",
        ] {
            assert_eq!(
                read(&[], "Europe/Berlin", text),
                Err(NotATime::Placeholder),
                "{text}"
            );
        }
        assert_eq!(read(&["%Y"], "Europe/Berlin", "1970"), Err(NotATime::Placeholder));
        assert!(read(&["%Y"], "Europe/Berlin", "2000").is_ok());
        assert!(read(&[], "Europe/Berlin", "2000-01-01 14:30").is_ok());
    }

    #[test]
    fn a_form_that_does_not_say_when_is_refused() {
        for form in ["%d.%m.", "%Y-%d", "%Y-%m-%d %I:%M", "%H:%M", "%Y-%U", "%Q"] {
            let made = DateForms::new(vec![form.to_owned()], TimeZone::UTC);
            assert_eq!(made.unwrap_err(), form);
        }
        for form in [
            "%Y",
            "%y",
            "%Y-%m-%d %I:%M %p",
            "%d.%m.%Y %H:%M:%S%.f",
            "%s",
            "%FT%T%:z",
            "%b %d, %Y",
        ] {
            assert!(
                DateForms::new(vec![form.to_owned()], TimeZone::UTC).is_ok(),
                "{form}"
            );
        }
    }
}
