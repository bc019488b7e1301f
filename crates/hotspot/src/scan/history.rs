//! The kernel for windows anywhere in time, and for every measure.

use rayon::prelude::*;

use super::{
    Cluster, NullDistribution, ScanParams, StreamShare,
    circles::Circles,
    cluster::{Candidate, without_overlap},
    measure::{Measure, Model, Sum},
};
use crate::sites::Sites;
use crate::{Locations, random::Generator};

const NONE: u32 = u32::MAX;

/// A case: site and step.
pub(crate) type Event = (u32, u32);

/// One stream: its measure and model.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) measure: Measure,
    pub(crate) model: Model,
}

/// All that a scan over history needs besides the cases.
#[derive(Debug)]
pub(crate) struct Kernel<'a> {
    pub(crate) circles: &'a Circles,
    pub(crate) sites: &'a Sites,
    pub(crate) streams: &'a [Stream],
    /// Steps of the study.
    pub(crate) steps: usize,
    /// First step of the study.
    pub(crate) first: i64,
    pub(crate) params: &'a ScanParams,
}

/// Buffers that a thread reuses.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// Cases of each stream; a replicate overwrites them.
    pub(crate) events: Vec<Vec<Event>>,
    head: Vec<u32>,
    next: Vec<u32>,
    /// Stream and step of each case, stream after stream.
    slots: Vec<(u32, u32)>,
    /// Cases of each step and stream in the circle.
    counts: Vec<u32>,
    /// Steps with cases in the circle, one bit each.
    present: Vec<u64>,
    fresh: Vec<u32>,
    sums: Vec<Sum>,
    /// For the only stream: the smallest measure of a cylinder with each number of cases.
    smallest: Vec<f64>,
    window: Window,
}

/// A window under the eyes of a visitor: cases and measure of each stream.
#[derive(Debug, Clone, Default)]
struct Window {
    start: usize,
    end: usize,
    cases: Vec<u32>,
    measures: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Best {
    llr: f64,
    last_site: u32,
    window: Window,
}

impl Kernel<'_> {
    /// Buffers for these cases.
    pub(crate) fn workspace(&self, events: Vec<Vec<Event>>) -> Workspace {
        let cases: usize = events.iter().map(Vec::len).sum();
        let streams = self.streams.len();
        Workspace {
            head: vec![NONE; self.sites.len()],
            next: vec![NONE; cases],
            slots: vec![(0, 0); cases],
            counts: vec![0; self.steps * streams],
            present: vec![0; self.steps.div_ceil(64)],
            fresh: Vec::new(),
            sums: self.streams.iter().map(|s| s.measure.empty(self.steps)).collect(),
            smallest: vec![f64::INFINITY; cases + 1],
            window: Window {
                cases: vec![0; streams],
                measures: vec![0.0; streams],
                ..Window::default()
            },
            events,
        }
    }

    /// Scans the data and `replicates` rewritings of them by `rewrite`.
    pub(crate) fn scan(
        &self,
        locations: &Locations,
        events: &[Vec<Event>],
        seed: u64,
        rewrite: impl Fn(&mut [Vec<Event>], &mut Generator) + Sync,
    ) -> (Vec<Cluster>, NullDistribution) {
        let candidates = self.observed(&mut self.workspace(events.to_vec()));
        let ratios = (0..u64::from(self.params.replicates()))
            .into_par_iter()
            .map_init(
                || self.workspace(events.to_vec()),
                |workspace, number| {
                    for (current, original) in workspace.events.iter_mut().zip(events) {
                        current.clone_from(original);
                    }
                    rewrite(&mut workspace.events, &mut Generator::new(seed, number));
                    self.largest(workspace)
                },
            )
            .collect();
        let null = NullDistribution::new(ratios);
        let total = self.streams.iter().map(|s| s.model.total()).sum();
        let clusters = without_overlap(candidates, locations, self.sites, total, &null, self.params);
        (clusters, null)
    }

    /// The largest ratio of the cases in the workspace.
    fn largest(&self, workspace: &mut Workspace) -> f64 {
        self.string_up(workspace);
        let fewest = self.params.min_cases();
        if let [stream] = self.streams {
            // For a given number of cases the ratio falls as the measure grows.
            let mut smallest = std::mem::take(&mut workspace.smallest);
            smallest.fill(f64::INFINITY);
            for centre in 0..self.circles.centres() {
                self.grow(centre, workspace, |_, window| {
                    let least = &mut smallest[window.cases[0] as usize];
                    *least = least.min(window.measures[0]);
                });
            }
            let ratios = smallest
                .iter()
                .enumerate()
                .skip(fewest as usize)
                .filter(|(_, m)| m.is_finite());
            let largest = ratios
                .map(|(c, &m)| stream.model.ratio(c as u32, m))
                .fold(0.0, f64::max);
            workspace.smallest = smallest;
            return largest;
        }
        let mut largest = 0.0_f64;
        for centre in 0..self.circles.centres() {
            self.grow(centre, workspace, |_, window| {
                if window.cases.iter().sum::<u32>() >= fewest {
                    largest = largest.max(self.ratio(window));
                }
            });
        }
        largest
    }

    fn ratio(&self, window: &Window) -> f64 {
        let parts = self.streams.iter().zip(&window.cases).zip(&window.measures);
        parts
            .map(|((stream, &cases), &measure)| stream.model.ratio(cases, measure))
            .sum()
    }

    /// The best cylinder of each centre.
    fn observed(&self, workspace: &mut Workspace) -> Vec<Candidate> {
        self.string_up(workspace);
        let mut candidates = Vec::new();
        for centre in 0..self.circles.centres() {
            let mut best: Option<Best> = None;
            self.grow(centre, workspace, |last_site, window| {
                if window.cases.iter().sum::<u32>() < self.params.min_cases() {
                    return;
                }
                let llr = self.ratio(window);
                if llr > best.as_ref().map_or(0.0, |b| b.llr) {
                    best = Some(Best {
                        llr,
                        last_site,
                        window: window.clone(),
                    });
                }
            });
            candidates.extend(best.map(|best| self.candidate(centre, &best)));
        }
        candidates
    }

    fn candidate(&self, centre: u32, best: &Best) -> Candidate {
        let parts = self
            .streams
            .iter()
            .zip(&best.window.cases)
            .zip(&best.window.measures);
        let streams = parts
            .map(|((stream, &cases), &measure)| StreamShare {
                observed: u64::from(cases),
                expected: stream.model.expected(measure),
                llr: stream.model.ratio(cases, measure),
            })
            .collect();
        Candidate {
            centre,
            radius_m: self.sites.distance_m(centre, best.last_site),
            start: self.first.saturating_add_unsigned(best.window.start as u64),
            end: self.first.saturating_add_unsigned(best.window.end as u64),
            llr: best.llr,
            streams,
        }
    }

    fn string_up(&self, workspace: &mut Workspace) {
        workspace.head.fill(NONE);
        // Older steps than the longest window never count when every window ends with the study.
        let oldest = if self.params.is_retrospective() {
            0
        } else {
            self.steps.saturating_sub(self.longest())
        };
        let mut slot = 0;
        for (stream, events) in workspace.events.iter().enumerate() {
            for &(site, step) in events {
                if (step as usize) < oldest {
                    continue;
                }
                workspace.slots[slot] = (stream as u32, step);
                workspace.next[slot] = workspace.head[site as usize];
                workspace.head[site as usize] = slot as u32;
                slot += 1;
            }
        }
    }

    fn longest(&self) -> usize {
        (self.params.max_steps() as usize).min(self.steps)
    }

    fn grow(&self, centre: u32, workspace: &mut Workspace, mut visit: impl FnMut(u32, &Window)) {
        let streams = self.streams.len();
        self.clear(workspace);
        for (site, ring_ends) in self.circles.neighbours(centre) {
            for (stream, sum) in self.streams.iter().zip(&mut workspace.sums) {
                stream.measure.add(sum, site);
            }
            let mut slot = workspace.head[site as usize];
            while slot != NONE {
                let (stream, step) = workspace.slots[slot as usize];
                workspace.counts[step as usize * streams + stream as usize] += 1;
                workspace.present[step as usize / 64] |= 1 << (step % 64);
                workspace.fresh.push(step);
                slot = workspace.next[slot as usize];
            }
            if ring_ends && !workspace.fresh.is_empty() {
                for (stream, sum) in self.streams.iter().zip(&mut workspace.sums) {
                    stream.measure.settle(sum);
                }
                workspace.fresh.sort_unstable();
                workspace.fresh.dedup();
                let fresh = std::mem::take(&mut workspace.fresh);
                if self.params.is_retrospective() {
                    self.windows_anywhere(&fresh, workspace, |window| visit(site, window));
                } else {
                    self.windows_to_the_end(&fresh, workspace, |window| visit(site, window));
                }
                workspace.fresh = fresh;
                workspace.fresh.clear();
            }
        }
    }

    fn clear(&self, workspace: &mut Workspace) {
        let streams = self.streams.len();
        for (word, bits) in workspace.present.iter_mut().enumerate() {
            while *bits != 0 {
                let step = word * 64 + bits.trailing_zeros() as usize;
                workspace.counts[step * streams..(step + 1) * streams].fill(0);
                *bits &= *bits - 1;
            }
        }
        workspace.fresh.clear();
        workspace.sums.iter_mut().for_each(Sum::clear);
    }

    /// Windows that end with the study, begin at a case and hold a fresh one.
    fn windows_to_the_end(&self, fresh: &[u32], workspace: &mut Workspace, mut visit: impl FnMut(&Window)) {
        let Some(&youngest) = fresh.last() else { return };
        let end = self.steps - 1;
        workspace.window.cases.fill(0);
        for start in (self.steps - self.longest()..self.steps).rev() {
            if workspace.present[start / 64] >> (start % 64) & 1 == 0 {
                continue;
            }
            self.add_step(workspace, start);
            if start <= youngest as usize {
                self.measure(workspace, start, end);
                visit(&workspace.window);
            }
        }
    }

    /// Windows that begin and end at a case and hold a fresh one.
    ///
    /// A window that does not is no better than one that does: the same cases with a smaller measure.
    fn windows_anywhere(&self, fresh: &[u32], workspace: &mut Workspace, mut visit: impl FnMut(&Window)) {
        let longest = self.longest();
        let mut seen_to = 0;
        for &step in fresh {
            let step = step as usize;
            // Windows that also hold the fresh step before were visited with it.
            for start in (seen_to.max((step + 1).saturating_sub(longest))..=step).rev() {
                if workspace.present[start / 64] >> (start % 64) & 1 == 0 {
                    continue;
                }
                workspace.window.cases.fill(0);
                for end in start..(start + longest).min(self.steps) {
                    if workspace.present[end / 64] >> (end % 64) & 1 == 0 {
                        continue;
                    }
                    self.add_step(workspace, end);
                    if end >= step {
                        self.measure(workspace, start, end);
                        visit(&workspace.window);
                    }
                }
            }
            seen_to = step + 1;
        }
    }

    fn add_step(&self, workspace: &mut Workspace, step: usize) {
        let streams = self.streams.len();
        let counts = &workspace.counts[step * streams..(step + 1) * streams];
        for (sum, count) in workspace.window.cases.iter_mut().zip(counts) {
            *sum += count;
        }
    }

    fn measure(&self, workspace: &mut Workspace, start: usize, end: usize) {
        let window = &mut workspace.window;
        (window.start, window.end) = (start, end);
        let parts = window.measures.iter_mut().zip(self.streams).zip(&workspace.sums);
        for ((measure, stream), sum) in parts {
            *measure = stream.measure.of_window(sum, start, end);
        }
    }
}
