//! `lagebild analyze st-dbscan`.

use clap::Args;
use lagebild_hotspot::st_dbscan::{StDbscanParams, st_dbscan};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::Failure;

use super::answer::{Body, Run, columns, feature};
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
    events: Vec<EventAnswer>,
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
    #[serde(skip)]
    geometry: Value,
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
        let clusters = members.iter().enumerate().filter_map(|(cluster, times)| {
            Some(ClusterAnswer {
                cluster: cluster as u32,
                events: times.len(),
                start: events.clock.moment(*times.iter().min()?),
                end: events.clock.moment(*times.iter().max()?),
            })
        });
        let event = |(i, &row): (usize, &usize)| EventAnswer {
            id: events.places.name(events.rows[row].place),
            row: row + 1,
            time: events.clock.moment(times[i]),
            point: events.frame.named(point(row)),
            cluster: found[i],
            geometry: events.frame.dot(point(row)),
        };
        let answer = Answer {
            clusters: clusters.collect(),
            noise: found.iter().filter(|cluster| cluster.is_none()).count(),
            events: single.iter().enumerate().map(event).collect(),
        };
        run.print(times.len() as u64, self, answer)
    }
}

impl Body for Answer {
    fn table(&self) -> Vec<String> {
        let row = |cluster: &ClusterAnswer| {
            vec![
                cluster.cluster.to_string(),
                cluster.events.to_string(),
                cluster.start.to_string(),
                cluster.end.to_string(),
            ]
        };
        let rows: Vec<Vec<String>> = self.clusters.iter().map(row).collect();
        let mut lines = columns(&["CLUSTER", "EVENTS", "START", "END"], &rows);
        lines.push(String::new());
        lines.push(format!("{} events in no cluster", self.noise));
        lines
    }

    fn features(&self) -> Option<Vec<Value>> {
        Some(
            self.events
                .iter()
                .map(|event| feature(&event.geometry, event))
                .collect(),
        )
    }
}
