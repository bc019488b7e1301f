//! `SaTScan`'s input files as data: `.cas`, `.ctl`, `.pop` and `.geo`.
//!
//! | file | fields of a line |
//! |---|---|
//! | `.cas`, `.ctl` | location, number, time (unless purely spatial), covariates |
//! | `.pop` | location, time, persons, covariates |
//! | `.geo` | location, x and y, or latitude and longitude |
//!
//! Fields are separated by blanks, tabs, commas or semicolons; a name with blanks stands in double quotes; empty lines
//! are skipped. Times are `1995/2/5`, `1995/2`, `1995`, with two digits of the year `95/2/5`, American `2/5/1995` and
//! `2/1995`, or the number of a step; `-`, `.` and `*` part them too, so `5.2.1995` is the second of May, as `SaTScan`
//! reads it. See the `SaTScan` User Guide 10, "Input Data" (Kulldorff and Information Management Services,
//! <https://www.satscan.org>), and `DateStringParser` in `SaTScan`'s own source.

use thiserror::Error;

/// A line of a `.cas` file (cases) or a `.ctl` file (controls).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Name of the location.
    pub location: String,
    /// How many.
    pub count: u32,
    /// When, unless the analysis is purely spatial.
    pub time: Option<Time>,
    /// Covariates, as written.
    pub covariates: Vec<String>,
}

/// A line of a `.pop` file.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationCount {
    /// Name of the location.
    pub location: String,
    /// When counted.
    pub time: Time,
    /// Persons.
    pub persons: f64,
    /// Covariates, as written.
    pub covariates: Vec<String>,
}

/// A line of a `.geo` file.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Name of the location.
    pub location: String,
    /// The two coordinates in the order of the file: x and y, or latitude and longitude.
    pub coordinates: [f64; 2],
    /// Numbers behind the two: further dimensions of a plane, which are not scanned.
    pub further: usize,
}

/// A moment, as precise as the file is. A plain number can also be a generic time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    year: i32,
    month: Option<u8>,
    day: Option<u8>,
}

/// Why a file is not read, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct InvalidLine {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A field is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field is not a number in range.
    #[error("{0} is not a number in range: {1:?}")]
    Number(&'static str, String),
    /// A field is not a date.
    #[error("not a date or time step: {0:?}")]
    Time(String),
    /// A quotation mark without its pair.
    #[error("a quotation mark is not closed")]
    Quote,
}

impl Time {
    /// The year. Two digits mean 19xx from 20 on, else 20xx; `SaTScan` takes the century of its study period, which the
    /// files do not say. A generic step is read by [`Time::step`].
    pub fn year(self) -> i32 {
        match self.year {
            20..=99 => self.year + 1900,
            0..=19 if self.month.is_some() => self.year + 2000,
            year => year,
        }
    }

    /// The number as written, for files with generic time steps.
    pub fn step(self) -> i32 {
        self.year
    }

    /// Month, 1 to 12, if given.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// Day of the month, if given.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Days since 1970-01-01; the first of what is not given.
    pub fn days(self) -> i64 {
        // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
        let (month, day) = (
            i64::from(self.month.unwrap_or(1)),
            i64::from(self.day.unwrap_or(1)),
        );
        let year = i64::from(self.year()) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// Months since January of the year 0; January when no month is given.
    pub fn months(self) -> i64 {
        i64::from(self.year()) * 12 + i64::from(self.month.unwrap_or(1)) - 1
    }

    /// Days since 1970-01-01 of a population count: 1 July when only the year is given, as `SaTScan` has it, and the
    /// 15th when only the month is.
    pub fn population_days(self) -> i64 {
        let (month, day) = match (self.month, self.day) {
            (None, _) => (7, 1),
            (Some(month), None) => (month, 15),
            (Some(month), Some(day)) => (month, day),
        };
        Self {
            year: self.year(),
            month: Some(month),
            day: Some(day),
        }
        .days()
    }
}

impl std::str::FromStr for Time {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let invalid = || Problem::Time(text.to_owned());
        // A minus in front belongs to a generic step.
        let (sign, body) = text.strip_prefix('-').map_or((1, text), |body| (-1, body));
        let mut parts = body.split(['/', '-', '.', '*']);
        let number = |part: Option<&str>| part.map(str::parse::<i32>).transpose().map_err(|_| invalid());
        let first = number(parts.next())?.ok_or_else(invalid)?;
        let (second, third) = (number(parts.next())?, number(parts.next())?);
        // A year of four digits at the end is American: month first.
        let (year, month, day) = match (second, third) {
            (Some(year), None) if year > 999 => (year, Some(first), None),
            (Some(day), Some(year)) if year > 999 => (year, Some(first), Some(day)),
            _ => (first, second, third),
        };
        if parts.next().is_some() || year < 0 || (sign < 0 && month.is_some()) {
            return Err(invalid());
        }
        let in_range = |part: Option<i32>, most: i32| match part {
            Some(value) if (1..=most).contains(&value) => Ok(Some(value as u8)),
            None => Ok(None),
            _ => Err(invalid()),
        };
        let leap = |year: i32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let mut time = Self {
            year: sign * year,
            month: in_range(month, 12)?,
            day: None,
        };
        let longest = match time.month {
            Some(2) if leap(time.year()) => 29,
            Some(2) => 28,
            Some(4 | 6 | 9 | 11) => 30,
            _ => 31,
        };
        time.day = in_range(day, longest)?;
        Ok(time)
    }
}

/// Reads a `.cas` or `.ctl` file; `timed` when the third field is a time and not a covariate.
///
/// # Errors
/// At the first line that cannot be read.
pub fn read_counts(text: &str, timed: bool) -> Result<Vec<Count>, InvalidLine> {
    lines(text, |mut fields| {
        Ok(Count {
            location: fields.text("location")?,
            count: fields.number("number of cases")?,
            time: if timed {
                Some(fields.text("time")?.parse()?)
            } else {
                None
            },
            covariates: fields.rest(),
        })
    })
}

/// Reads a `.pop` file.
///
/// # Errors
/// At the first line that cannot be read.
pub fn read_population(text: &str) -> Result<Vec<PopulationCount>, InvalidLine> {
    lines(text, |mut fields| {
        Ok(PopulationCount {
            location: fields.text("location")?,
            time: fields.text("time")?.parse()?,
            persons: fields.finite("population", 0.0)?,
            covariates: fields.rest(),
        })
    })
}

/// Reads a `.geo` file.
///
/// # Errors
/// At the first line that cannot be read.
pub fn read_places(text: &str) -> Result<Vec<Place>, InvalidLine> {
    lines(text, |mut fields| {
        Ok(Place {
            location: fields.text("location")?,
            coordinates: [
                fields.finite("first coordinate", f64::MIN)?,
                fields.finite("second coordinate", f64::MIN)?,
            ],
            further: fields.0.filter(|field| field.parse::<f64>().is_ok()).count(),
        })
    })
}

struct Fields(std::vec::IntoIter<String>);

impl Fields {
    fn text(&mut self, what: &'static str) -> Result<String, Problem> {
        self.0.next().ok_or(Problem::Missing(what))
    }

    fn number(&mut self, what: &'static str) -> Result<u32, Problem> {
        let text = self.text(what)?;
        text.parse().map_err(|_| Problem::Number(what, text))
    }

    fn finite(&mut self, what: &'static str, least: f64) -> Result<f64, Problem> {
        let text = self.text(what)?;
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() && value >= least => Ok(value),
            _ => Err(Problem::Number(what, text)),
        }
    }

    fn rest(self) -> Vec<String> {
        self.0.collect()
    }
}

fn lines<T>(text: &str, mut read: impl FnMut(Fields) -> Result<T, Problem>) -> Result<Vec<T>, InvalidLine> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let failed = |problem| InvalidLine {
            line: index + 1,
            problem,
        };
        let fields = split(line).map_err(failed)?;
        if !fields.is_empty() {
            rows.push(read(Fields(fields.into_iter())).map_err(failed)?);
        }
    }
    Ok(rows)
}

fn split(line: &str) -> Result<Vec<String>, Problem> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == ';');
        if rest.is_empty() {
            return Ok(fields);
        }
        if let Some(quoted) = rest.strip_prefix('"') {
            let (field, after) = quoted.split_once('"').ok_or(Problem::Quote)?;
            fields.push(field.to_owned());
            rest = after;
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || c == ',' || c == ';')
                .unwrap_or(rest.len());
            fields.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_quotes_keep_their_blanks_and_commas_separate() {
        let rows = read_counts("\u{feff}\"Bad Homburg\" 3 1977/5/9 2,m\n\n x 1 73\n", true).unwrap();
        assert_eq!(rows[0].location, "Bad Homburg");
        assert_eq!(rows[0].covariates, ["2", "m"]);
        assert_eq!(rows[1].time.map(Time::year), Some(1973));
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = read_counts("a 1 2001/1/1\nb x 2001/1/1", true).unwrap_err();
        assert_eq!(
            (error.line, error.problem),
            (2, Problem::Number("number of cases", "x".into()))
        );
        assert!(read_counts("a 1 2001/13/1", true).is_err());
        assert!(read_counts("a 1 2001/2/29", true).is_err());
        assert!(read_places("a 1").is_err());
        assert!(read_places("a 1 inf").is_err());
        assert!(read_population("a 1999 -3").is_err());
        assert!(read_places("\"a 1 2").is_err());
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!("1970/1/1".parse::<Time>().unwrap().days(), 0);
        assert_eq!("2000-3-1".parse::<Time>().unwrap().days(), 11_017);
        assert_eq!("-5".parse::<Time>().unwrap().step(), -5);
    }

    #[test]
    fn times_are_read_in_every_form_that_satscan_reads() {
        // The forms that its source lists.
        let fifth_of_february = "1995/2/5".parse::<Time>().unwrap().days();
        for form in [
            "95/02/05",
            "1995-2-5",
            "1995.02.05",
            "1995*2*5",
            "02/05/1995",
            "2-5-1995",
        ] {
            assert_eq!(form.parse::<Time>().unwrap().days(), fifth_of_february, "{form}");
        }
        for form in ["1995/02", "02/1995"] {
            let time = form.parse::<Time>().unwrap();
            assert_eq!(
                (time.year(), time.month(), time.day()),
                (1995, Some(2), None),
                "{form}"
            );
        }
        for form in ["13/1/1995", "1995/2/29", "1995/2/5/1", "2/5/95x", "/2", ""] {
            assert!(form.parse::<Time>().is_err(), "{form}");
        }
        // Population counts stand for the middle: 1 July of a year, the 15th of a month.
        let days = |form: &str| form.parse::<Time>().unwrap().population_days();
        assert_eq!(days("1995"), days("1995/7/1"));
        assert_eq!(days("1995/2"), days("1995/2/15"));
    }

    #[test]
    fn a_third_dimension_is_seen() {
        assert_eq!(read_places("a 1 2 3 x").unwrap()[0].further, 1);
    }
}
