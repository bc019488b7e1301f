//! Events: where, when, how many.

use std::collections::HashMap;
use std::path::Path;

use lagebild_hotspot::Locations;
use lagebild_hotspot::scan::Case;

use crate::failure::Failure;

use super::calendar::{Clock, Step};
use super::frame::{Frame, PointColumns, is_same};
use super::table::{Column, MOST_ROWS, Row, Table};

/// The events of a file.
pub(super) struct Events {
    pub(super) frame: Frame,
    pub(super) clock: Clock,
    /// Whether the file has times.
    pub(super) is_timed: bool,
    pub(super) places: Places,
    pub(super) rows: Vec<Event>,
    /// Names of the streams in alphabetical order; one when the file has no such column.
    pub(super) streams: Vec<String>,
    /// Values of the covariates that occur together.
    pub(super) strata: Strata,
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) place: usize,
    /// Day or number; 0 when the file has no time.
    pub(super) time: i64,
    pub(super) count: u32,
    pub(super) stream: usize,
    pub(super) stratum: u32,
    pub(super) line: u64,
}

/// Points with names.
#[derive(Default)]
pub(super) struct Places {
    names: Vec<Option<String>>,
    pub(super) points: Vec<[f64; 2]>,
    by_name: HashMap<String, usize>,
    by_point: HashMap<[u64; 2], usize>,
}

/// Numbers of the combinations of covariates.
#[derive(Default)]
pub(super) struct Strata(HashMap<Vec<String>, u32>);

/// What a file must have.
pub(super) struct Wanted<'a> {
    pub(super) crs: Option<&'a str>,
    pub(super) time: Time,
    pub(super) covariates: &'a [String],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Needed,
    Optional,
}

impl Events {
    /// Reads a CSV file.
    pub(super) fn read(path: &Path, wanted: &Wanted<'_>) -> Result<Self, Failure> {
        let mut table = Table::open(path)?;
        let (frame, point) = Frame::of(&table, wanted.crs)?;
        let mut events = Self {
            frame,
            clock: Clock::Dates,
            is_timed: false,
            places: Places::default(),
            rows: Vec::new(),
            streams: Vec::new(),
            strata: Strata::default(),
        };
        events.append(&mut table, &point, wanted)?;
        if events.rows.is_empty() {
            return Err(table.without_rows());
        }
        Ok(events)
    }

    fn append(
        &mut self,
        table: &mut Table,
        point: &PointColumns,
        wanted: &Wanted<'_>,
    ) -> Result<(), Failure> {
        let name = table.column(&["location", "id"]);
        let count = table.column(&["count"]);
        let stream = table.column(&["stream"]);
        let covariates = covariate_columns(table, wanted.covariates)?;
        let time = TimeColumn::of(table, wanted.time)?;
        self.is_timed = time.is_some();
        self.clock = time.as_ref().map_or(Clock::Steps, |time| time.clock);
        let mut streams: HashMap<String, usize> = HashMap::new();
        while let Some(row) = table.next()? {
            let here = self.frame.point(&row, point)?;
            let place = self.places.find_or_add(&row, name.as_ref(), here)?;
            let stream = match &stream {
                None => 0,
                Some(column) => {
                    let next = streams.len();
                    *streams.entry(row.name(column)?).or_insert(next)
                }
            };
            let values: Vec<String> = covariates.iter().map(|c| row.text(c).into_owned()).collect();
            self.rows.push(Event {
                place,
                time: time.as_ref().map_or(Ok(0), |time| time.read(&row))?,
                count: count.as_ref().map_or(Ok(1), |column| row.count(column))?,
                stream,
                stratum: self.strata.number(values),
                line: row.line,
            });
        }
        self.name_streams(streams);
        Ok(())
    }

    /// Streams go by name, so that the order of the rows does not matter.
    fn name_streams(&mut self, streams: HashMap<String, usize>) {
        if streams.is_empty() {
            self.streams = vec!["all".to_owned()];
            return;
        }
        let mut names: Vec<(String, usize)> = streams.into_iter().collect();
        names.sort_unstable();
        let mut rank = vec![0; names.len()];
        for (new, (_, old)) in names.iter().enumerate() {
            rank[*old] = new;
        }
        for row in &mut self.rows {
            row.stream = rank[row.stream];
        }
        self.streams = names.into_iter().map(|entry| entry.0).collect();
    }

    /// The places as the library takes them.
    pub(super) fn locations(&self) -> Result<Locations, Failure> {
        self.frame
            .locations(self.places.points.clone())
            .map_err(Failure::failed)
    }

    /// Cases of the rows for which `keep` holds.
    pub(super) fn cases(&self, step: Step, keep: impl Fn(&Event) -> bool) -> Vec<Case> {
        let kept = self.rows.iter().filter(|row| row.count > 0 && keep(row));
        kept.map(|row| Case {
            location: row.place,
            time: step.of(row.time),
            count: row.count,
        })
        .collect()
    }

    /// First and last time with an event.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let times = || self.rows.iter().filter(|row| row.count > 0).map(|row| row.time);
        Some((times().min()?, times().max()?))
    }

    /// How many events there are.
    pub(super) fn number(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(row.count)).sum()
    }

    /// Each single event: index of its row.
    pub(super) fn single(&self) -> Result<Vec<usize>, Failure> {
        let number = self.number();
        if number > MOST_ROWS as u64 {
            return Err(Failure::failed(format!(
                "{number} events are more than the {MOST_ROWS} held; take a part of them"
            )));
        }
        let of_row = |(index, row): (usize, &Event)| std::iter::repeat_n(index, row.count as usize);
        let single: Vec<usize> = self.rows.iter().enumerate().flat_map(of_row).collect();
        if single.is_empty() {
            return Err(Failure::failed("every count is 0; at least one event is needed"));
        }
        Ok(single)
    }
}

impl Places {
    /// The place of a row: by name when there is a column for it, else by point.
    pub(super) fn find_or_add(
        &mut self,
        row: &Row<'_>,
        name: Option<&Column>,
        point: [f64; 2],
    ) -> Result<usize, Failure> {
        let Some(column) = name else {
            return Ok(self.at(point));
        };
        let name = row.name(column)?;
        if let Some(&place) = self.by_name.get(&name) {
            let [x, y] = self.points[place];
            if !is_same(self.points[place], point) {
                return Err(row.bad(
                    column,
                    &format!("location \"{name}\" lies elsewhere here than before ({x}, {y}); give one point to one name"),
                ));
            }
            return Ok(place);
        }
        Ok(self.add(name, point))
    }

    /// Adds a place with a name that is new.
    pub(super) fn add(&mut self, name: String, point: [f64; 2]) -> usize {
        self.names.push(Some(name.clone()));
        self.points.push(point);
        self.by_name.insert(name, self.points.len() - 1);
        self.points.len() - 1
    }

    /// The place that is one of another list here; added when it is new.
    pub(super) fn merge(&mut self, other: &Self, place: usize) -> Result<usize, String> {
        let point = other.points[place];
        let Some(name) = &other.names[place] else {
            return Ok(self.at(point));
        };
        match self.named(name) {
            None => Ok(self.add(name.clone(), point)),
            Some(known) if is_same(self.points[known], point) => Ok(known),
            Some(_) => Err(format!(
                "location \"{name}\" lies elsewhere than in the cases; give one point to one name"
            )),
        }
    }

    fn at(&mut self, point: [f64; 2]) -> usize {
        // Adding zero makes −0 and 0 one coordinate.
        let key = point.map(|coordinate| (coordinate + 0.0).to_bits());
        if let Some(&place) = self.by_point.get(&key) {
            return place;
        }
        self.names.push(None);
        self.points.push(point);
        self.by_point.insert(key, self.points.len() - 1);
        self.points.len() - 1
    }

    /// The place of a name.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The name, or the coordinates where there is none.
    pub(super) fn name(&self, place: usize) -> String {
        let [x, y] = self.points[place];
        self.names[place].clone().unwrap_or_else(|| format!("{x},{y}"))
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }
}

impl Strata {
    pub(super) fn number(&mut self, values: Vec<String>) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(values).or_insert(next)
    }

    /// Whether any row has a covariate.
    pub(super) fn is_of_covariates(&self) -> bool {
        self.0.keys().any(|values| !values.is_empty())
    }

    /// The covariates of a stratum, for complaints.
    pub(super) fn words(&self, stratum: u32) -> String {
        let found = self.0.iter().find(|entry| *entry.1 == stratum);
        found.map_or_else(String::new, |(values, _)| values.join(", "))
    }
}

/// The column of the time, and what it holds.
pub(super) struct TimeColumn {
    column: Column,
    clock: Clock,
}

impl TimeColumn {
    pub(super) fn of(table: &Table, time: Time) -> Result<Option<Self>, Failure> {
        if let Some(column) = table.column(&["date"]) {
            let clock = Clock::Dates;
            return Ok(Some(Self { column, clock }));
        }
        if let Some(column) = table.column(&["t"]) {
            let clock = Clock::Steps;
            return Ok(Some(Self { column, clock }));
        }
        match time {
            Time::Optional => Ok(None),
            Time::Needed => Err(table.missing("a time, column date (ISO) or t (whole numbers),")),
        }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    pub(super) fn name(&self) -> &str {
        &self.column.name
    }

    pub(super) fn read(&self, row: &Row<'_>) -> Result<i64, Failure> {
        match self.clock {
            Clock::Dates => row.day(&self.column),
            Clock::Steps => row.integer(&self.column),
        }
    }
}

pub(super) fn covariate_columns(table: &Table, names: &[String]) -> Result<Vec<Column>, Failure> {
    names.iter().map(|name| table.needed(&[name])).collect()
}
