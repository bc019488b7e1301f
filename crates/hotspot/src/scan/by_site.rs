//! Recent cases by site, in the form that circles add up.

/// How many more cases each quarter of the windows can take before one of them may beat the ratio, 16 bits each; a
/// negative quarter calls for a look.
pub(crate) const LANES: usize = 4;
/// The signs of the quarters.
pub(crate) const LOOK: u64 = 0x8000_8000_8000_8000;
/// The largest slack that is told apart.
pub(crate) const MOST_SLACK: u32 = 0x7000;

/// One of each quarter.
const ONES: u64 = 0x0001_0001_0001_0001;

/// Last age of each quarter of the windows: short windows first, quarters that double in length.
pub(crate) fn lane_ends(steps: usize) -> [usize; LANES] {
    [steps / 15, steps / 5, steps / 2, steps - 1].map(|end| end.min(steps - 1))
}

/// What a case of each age, `repeat` times over, takes from the slack of the quarters.
pub(crate) fn lane_costs(lane_ends: &[usize; LANES], steps: usize, repeat: usize) -> Vec<u64> {
    let lane_of = |age: usize| lane_ends.iter().position(|&end| age <= end).unwrap_or(LANES - 1);
    (0..steps)
        .flat_map(|age| {
            let cost = (lane_of(age)..LANES).map(|lane| 1_u64 << (16 * lane)).sum();
            std::iter::repeat_n(cost, repeat)
        })
        .collect()
}

/// Recent cases sorted by site.
#[derive(Debug, Clone)]
pub(crate) struct BySite {
    /// Where each site's ages begin; one longer than the sites.
    starts: Vec<u32>,
    ages: Vec<u16>,
    /// What the cases of each site take from the slack together.
    costs: Vec<u64>,
}

impl BySite {
    /// Room for `recent` cases at `sites` sites.
    pub(crate) fn new(sites: usize, recent: usize) -> Self {
        Self {
            starts: vec![0; sites + 1],
            ages: vec![0; recent],
            costs: vec![0; sites],
        }
    }

    /// Sorts by counting; `costs` are what a case of each age takes from the slack.
    pub(crate) fn fill(&mut self, recent_sites: &[u32], ages: &[u32], costs: &[u64]) {
        self.starts.fill(0);
        for &site in recent_sites {
            self.starts[site as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        // Filled from the back, so that each start ends where its site begins.
        for (&site, &age) in recent_sites.iter().zip(ages).rev() {
            let place = &mut self.starts[site as usize + 1];
            *place -= 1;
            self.ages[*place as usize] = age as u16;
        }
        // Now entry s + 1 holds the start of site s.
        self.starts.rotate_left(1);
        if let Some(last) = self.starts.last_mut() {
            *last = recent_sites.len() as u32;
        }
        for site in 0..self.costs.len() {
            let ages = &self.ages[self.starts[site] as usize..self.starts[site + 1] as usize];
            self.costs[site] = if ages.len() < MOST_SLACK as usize {
                ages.iter().map(|&age| costs[age as usize]).sum()
            } else {
                LOOK - ONES
            };
        }
    }

    /// What the cases of a site take from the slack.
    pub(crate) fn cost(&self, site: u32) -> u64 {
        self.costs[site as usize]
    }

    /// Adds the cases of sites to those of the circle, by age.
    pub(crate) fn add(&self, sites: &[u32], counts: &mut [u32]) {
        for &site in sites {
            let (start, end) = (self.starts[site as usize], self.starts[site as usize + 1]);
            for &age in &self.ages[start as usize..end as usize] {
                counts[age as usize] += 1;
            }
        }
    }
}
