//! What `lagebild analyze scan` answers.

use std::io::{self, Write};

use lagebild_hotspot::scan::{Cluster, Scan as Found};
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::{Body, Features, columns, feature, figure};
use super::calendar::{Moment, Step};
use super::scan::Study;

#[derive(Serialize)]
pub(super) struct Answer {
    start: Option<Moment>,
    end: Option<Moment>,
    locations: usize,
    total_cases: Vec<StreamTotal>,
    clusters: Vec<ClusterAnswer>,
    null_llr: NullLlr,
    /// Days that a look covers: the unit in which the recurrence interval grows.
    days_per_look: u32,
}

#[derive(Serialize)]
struct StreamTotal {
    stream: String,
    cases: u64,
}

#[derive(Serialize)]
struct NullLlr {
    p50: Option<f64>,
    p95: Option<f64>,
    max: Option<f64>,
}

#[derive(Serialize)]
struct ClusterAnswer {
    center: Map<String, Value>,
    radius_m: f64,
    locations: Vec<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    observed: u64,
    expected: f64,
    relative_risk: Option<f64>,
    llr: f64,
    p_value: f64,
    recurrence_interval_days: Option<f64>,
    streams: Vec<StreamAnswer>,
    polygon: Value,
}

#[derive(Serialize)]
struct StreamAnswer {
    stream: String,
    observed: u64,
    expected: f64,
    llr: f64,
}

impl Answer {
    /// The answer; without replicates nothing recurs.
    pub(super) fn of(study: &Study, found: &Found, replicates: u32) -> Self {
        let days_per_look = match study.step {
            Step::Length { length, .. } => length as u32,
            Step::Months => 30,
            Step::Years => 365,
        };
        let quantile = |probability: f64| {
            let ratios = found.null.ratios();
            (!ratios.is_empty()).then(|| found.null.quantile(probability))
        };
        let names = study.events.streams.iter();
        Self {
            start: study.moment(study.step.span(found.first).0),
            end: study.moment(study.step.span(found.end).1),
            locations: study.events.places.len(),
            total_cases: (names.zip(&found.total_cases))
                .map(|(stream, &cases)| StreamTotal {
                    stream: stream.clone(),
                    cases,
                })
                .collect(),
            clusters: (found.clusters.iter())
                .map(|cluster| cluster_of(study, cluster, days_per_look, replicates))
                .collect(),
            null_llr: NullLlr {
                p50: quantile(0.5),
                p95: quantile(0.95),
                max: quantile(1.0),
            },
            days_per_look,
        }
    }
}

fn cluster_of(study: &Study, cluster: &Cluster, days_per_look: u32, replicates: u32) -> ClusterAnswer {
    let events = &study.events;
    let mut center = events.frame.named(cluster.center_point);
    center.insert("id".into(), events.places.name(cluster.center).into());
    let names = events.streams.iter();
    ClusterAnswer {
        center,
        radius_m: cluster.radius_m,
        locations: cluster.locations.iter().map(|&l| events.places.name(l)).collect(),
        start: study.moment(study.step.span(cluster.start).0),
        end: study.moment(study.step.span(cluster.end).1),
        observed: cluster.observed,
        expected: cluster.expected,
        relative_risk: cluster.relative_risk,
        llr: cluster.llr,
        p_value: cluster.p_value,
        recurrence_interval_days: cluster
            .recurrence_interval
            .filter(|_| replicates > 0)
            .map(|looks| looks * f64::from(days_per_look)),
        streams: (names.zip(&cluster.streams))
            .map(|(stream, share)| StreamAnswer {
                stream: stream.clone(),
                observed: share.observed,
                expected: share.expected,
                llr: share.llr,
            })
            .collect(),
        polygon: events.frame.polygon(&cluster.polygon),
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.clusters.is_empty() {
            return writeln!(out, "No cylinder holds more cases than expected.");
        }
        let moment = |moment: Option<&Moment>| moment.map_or_else(|| "–".to_owned(), Moment::to_string);
        let row = |(rank, c): (usize, &ClusterAnswer)| {
            let center = c.center.get("id").and_then(Value::as_str).unwrap_or_default();
            vec![
                (rank + 1).to_string(),
                center.to_owned(),
                figure(Some(c.radius_m), 0),
                c.locations.len().to_string(),
                moment(c.start.as_ref()),
                moment(c.end.as_ref()),
                c.observed.to_string(),
                figure(Some(c.expected), 2),
                figure(c.relative_risk, 2),
                figure(Some(c.llr), 3),
                figure(Some(c.p_value), 4),
                figure(c.recurrence_interval_days, 0),
            ]
        };
        let header = [
            "NO",
            "CENTER",
            "RADIUS_M",
            "LOCATIONS",
            "START",
            "END",
            "OBSERVED",
            "EXPECTED",
            "REL_RISK",
            "LLR",
            "P",
            "RECURS_DAYS",
        ];
        columns(out, &header, self.clusters.iter().enumerate().map(row))?;
        if self.total_cases.len() > 1 {
            writeln!(out)?;
            for (rank, cluster) in self.clusters.iter().enumerate() {
                for share in cluster.streams.iter().filter(|share| share.llr > 0.0) {
                    writeln!(
                        out,
                        "{}: {} {} observed, {:.2} expected, llr {:.3}",
                        rank + 1,
                        share.stream,
                        share.observed,
                        share.expected,
                        share.llr
                    )?;
                }
            }
        }
        Ok(())
    }

    fn features(&self) -> Option<Features<'_>> {
        Some(Box::new(self.clusters.iter().map(|c| feature(&c.polygon, c))))
    }
}
