//! `lagebild analyze st-dbscan`.

use std::io::{self, Write};

use clap::Args;
use lagebild_hotspot::st_dbscan::{StDbscanParams, st_dbscan};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::failure::Failure;

use super::answer::{Body, Features, Run, columns, feature};
use super::calendar::Moment;
use super::events::{Events, Time, Wanted};
use super::options::Common;

/// ST-DBSCAN: which events lie close together in space and time? A description, not a test.
///
/// Columns: x,y or lon,lat; date or t; optional count, id.
///
/// Example: lagebild analyze st-dbscan --input faelle.csv --distance-m 200 --days 7 --min-events 5
#[derive(Args, Serialize)]
pub(crate) struct StDbscan {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    /// Largest distance of neighbours, metres.
    #[arg(long, value_name = "M", default_value_t = 200.0)]
    distance_m: f64,
    /// Largest difference in time of neighbours, days (or steps of column t).
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    days: u64,
    /// Neighbours, itself included, that make an event the core of a cluster.
    #[arg(long, value_name = "N", default_value_t = 5)]
    min_events: usize,
}

#[derive(Serialize)]
struct Answer {
    clusters: Vec<ClusterAnswer>,
    noise: usize,
    events: Labelled,
}

/// The events with their clusters; described while they are printed, since there may be millions.
struct Labelled {
    events: Events,
    /// Row of each single event.
    rows: Vec<usize>,
    labels: Vec<Option<u32>>,
}

#[derive(Serialize)]
struct ClusterAnswer {
    cluster: u32,
    events: usize,
    start: Moment,
    end: Moment,
}

#[derive(Serialize)]
struct EventAnswer {
    id: String,
    /// Row of the file, from 1.
    row: usize,
    time: Moment,
    #[serde(flatten)]
    point: Map<String, Value>,
    cluster: Option<u32>,
}

impl StDbscan {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("st-dbscan", &self.common.output);
        let params =
            StDbscanParams::new(self.distance_m, self.days, self.min_events).map_err(Failure::usage)?;
        let wanted = Wanted {
            crs: self.common.crs.as_deref(),
            time: Time::Needed,
            covariates: &[],
        };
        let events = Events::read(&self.common.input, &wanted)?;
        events.frame.check(self.common.output.format)?;
        let single = events.single()?;
        let point = |row: usize| events.places.points[events.rows[row].place];
        let times: Vec<i64> = single.iter().map(|&row| events.rows[row].time).collect();
        let points = single.iter().map(|&row| point(row)).collect();
        let locations = events.frame.locations(points).map_err(Failure::failed)?;
        let found = st_dbscan(&locations, &times, params).map_err(Failure::failed)?;
        let number = found
            .iter()
            .copied()
            .flatten()
            .max()
            .map_or(0, |last| last as usize + 1);
        let mut members: Vec<Vec<i64>> = vec![Vec::new(); number];
        for (cluster, time) in found.iter().zip(&times) {
            if let Some(cluster) = cluster {
                members[*cluster as usize].push(*time);
            }
        }
        let clock = events.clock;
        let clusters = members.iter().enumerate().filter_map(|(cluster, times)| {
            Some(ClusterAnswer {
                cluster: cluster as u32,
                events: times.len(),
                start: clock.moment(*times.iter().min()?),
                end: clock.moment(*times.iter().max()?),
            })
        });
        let answer = Answer {
            clusters: clusters.collect(),
            noise: found.iter().filter(|cluster| cluster.is_none()).count(),
            events: Labelled {
                events,
                rows: single,
                labels: found,
            },
        };
        run.print(times.len() as u64, self, answer)
    }
}

impl Labelled {
    fn each(&self) -> impl Iterator<Item = (EventAnswer, [f64; 2])> {
        self.rows.iter().zip(&self.labels).map(|(&row, &cluster)| {
            let event = self.events.rows[row];
            let point = self.events.places.points[event.place];
            let answer = EventAnswer {
                id: self.events.places.name(event.place),
                row: row + 1,
                time: self.events.clock.moment(event.time),
                point: self.events.frame.named(point),
                cluster,
            };
            (answer, point)
        })
    }
}

impl Serialize for Labelled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.each().map(|(event, _)| event))
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |cluster: &ClusterAnswer| {
            vec![
                cluster.cluster.to_string(),
                cluster.events.to_string(),
                cluster.start.to_string(),
                cluster.end.to_string(),
            ]
        };
        let header = ["CLUSTER", "EVENTS", "START", "END"];
        columns(out, &header, self.clusters.iter().map(row))?;
        writeln!(out, "\n{} events in no cluster", self.noise)
    }

    fn features(&self) -> Option<Features<'_>> {
        let frame = &self.events.events.frame;
        let drawn = move |(event, point): (EventAnswer, [f64; 2])| feature(&frame.dot(point), &event);
        Some(Box::new(self.events.each().map(drawn)))
    }
}
