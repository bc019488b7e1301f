//! When things happen: hours of the week and months of the year.

/// A daily and weekly rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// People on their way through the day notice something; weekdays more.
    Daytime,
    /// Shops are open.
    Shopping,
    /// Traffic, with its two peaks on working days.
    Commute,
    /// Bars and their way home: Friday and Saturday night.
    Nightlife,
    /// Unseen in the dark, every night, weekends a little more.
    Night,
    /// Homes whose people are out: afternoon and early evening.
    Absence,
    /// Evening and early morning walks.
    Dark,
    /// Evenings at home and outside, weekends more.
    Evening,
}

/// Weights by hour from 0 to 23 on an ordinary day.
const DAYTIME: [f64; 24] = [
    0.4, 0.2, 0.1, 0.1, 0.2, 0.6, 1.8, 3.6, 5.2, 5.6, 5.4, 5.0, 4.8, 4.6, 4.8, 5.2, 5.8, 6.0, 5.4, 4.2, 3.0,
    2.0, 1.4, 0.8,
];
const SHOPPING: [f64; 24] = [
    0.1, 0.0, 0.0, 0.0, 0.0, 0.1, 0.3, 0.8, 2.0, 4.0, 5.5, 6.2, 6.4, 6.6, 7.4, 8.2, 8.6, 8.0, 6.0, 3.2, 0.8,
    0.4, 0.3, 0.2,
];
const COMMUTE: [f64; 24] = [
    0.5, 0.3, 0.2, 0.2, 0.5, 1.6, 4.2, 7.4, 6.4, 4.4, 4.2, 4.8, 5.4, 5.8, 6.2, 7.4, 8.4, 8.0, 5.8, 3.8, 2.6,
    1.9, 1.4, 0.9,
];
const NIGHTLIFE: [f64; 24] = [
    6.4, 5.6, 4.6, 3.4, 2.2, 1.2, 0.5, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.5, 1.7, 2.0, 2.4, 2.8, 3.4, 4.0, 4.8,
    5.6, 6.2, 6.6,
];
const NIGHT: [f64; 24] = [
    6.2, 6.2, 5.8, 5.0, 3.8, 2.4, 1.4, 1.0, 0.9, 0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.2, 2.6, 3.2, 3.8, 4.6, 5.4,
    6.0, 6.4, 6.4,
];
const ABSENCE: [f64; 24] = [
    1.4, 1.4, 1.2, 1.0, 0.8, 0.6, 0.8, 1.2, 2.2, 3.4, 4.0, 4.0, 3.6, 3.6, 4.2, 5.4, 7.0, 8.4, 8.6, 7.6, 5.8,
    4.0, 2.8, 2.0,
];
const DARK: [f64; 24] = [
    2.2, 1.2, 0.6, 0.4, 0.6, 2.0, 3.6, 1.2, 0.2, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.2, 1.2, 3.8, 6.2, 8.2,
    9.0, 8.6, 6.8, 4.2,
];
const EVENING: [f64; 24] = [
    2.6, 1.4, 0.8, 0.5, 0.4, 0.5, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2, 3.4, 3.8, 4.4, 5.2, 6.2, 7.2, 8.0, 8.2,
    7.4, 6.0, 4.2,
];

impl Rhythm {
    pub(crate) const ALL: [Self; 8] = [
        Self::Daytime,
        Self::Shopping,
        Self::Commute,
        Self::Nightlife,
        Self::Night,
        Self::Absence,
        Self::Dark,
        Self::Evening,
    ];

    /// The weight of one hour; `weekday` counts from 0, Monday.
    pub(crate) fn weight(self, weekday: usize, hour: usize) -> f64 {
        let (hours, days) = match self {
            Self::Daytime => (&DAYTIME, [1.12, 1.08, 1.05, 1.05, 1.05, 0.88, 0.77]),
            Self::Shopping => (&SHOPPING, [1.05, 1.05, 1.05, 1.1, 1.25, 1.35, 0.15]),
            Self::Commute => (&COMMUTE, [1.1, 1.12, 1.12, 1.14, 1.18, 0.78, 0.56]),
            Self::Nightlife => return Self::nightlife(weekday, hour),
            Self::Night => (&NIGHT, [0.9, 0.9, 0.92, 0.95, 1.1, 1.2, 1.03]),
            Self::Absence => (&ABSENCE, [0.95, 0.95, 0.95, 1.0, 1.15, 1.2, 0.8]),
            Self::Dark => (&DARK, [1.0, 1.0, 1.0, 1.0, 1.05, 1.05, 0.9]),
            Self::Evening => (&EVENING, [0.9, 0.88, 0.9, 0.95, 1.2, 1.25, 0.92]),
        };
        hours[hour] * days[weekday]
    }

    /// The hours after midnight belong to the evening before.
    fn nightlife(weekday: usize, hour: usize) -> f64 {
        const EVENINGS: [f64; 7] = [0.45, 0.45, 0.55, 0.75, 1.9, 2.2, 0.6];
        let evening = if hour < 6 { (weekday + 6) % 7 } else { weekday };
        let quiet_day = (6..18).contains(&hour);
        NIGHTLIFE[hour] * if quiet_day { 1.0 } else { EVENINGS[evening] }
    }

    /// The weight of a whole day.
    pub(crate) fn day_weight(self, weekday: usize) -> f64 {
        (0..24).map(|hour| self.weight(weekday, hour)).sum()
    }
}

/// A course of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Season {
    Even,
    /// Outdoor life.
    Summer,
    /// Long nights.
    Winter,
    /// Things that grow.
    Growth,
    /// What frost breaks.
    Frost,
}

impl Season {
    /// The weight of a month from 1 to 12, about 1 on average.
    pub(crate) fn weight(self, month: usize) -> f64 {
        let months = match self {
            Self::Even => [
                0.95, 0.95, 1.0, 1.02, 1.04, 1.02, 0.98, 0.98, 1.02, 1.04, 1.02, 0.98,
            ],
            Self::Summer => [
                0.62, 0.66, 0.84, 1.02, 1.2, 1.32, 1.36, 1.32, 1.16, 0.98, 0.8, 0.72,
            ],
            Self::Winter => [
                1.34, 1.18, 1.02, 0.86, 0.76, 0.7, 0.72, 0.76, 0.9, 1.14, 1.34, 1.42,
            ],
            Self::Growth => [0.2, 0.3, 0.6, 1.1, 1.7, 2.0, 1.9, 1.6, 1.2, 0.8, 0.4, 0.2],
            Self::Frost => [
                1.3, 1.55, 1.45, 1.1, 0.87, 0.77, 0.72, 0.73, 0.78, 0.83, 0.88, 1.02,
            ],
        };
        months[month - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SATURDAY: usize = 5;
    const TUESDAY: usize = 1;

    #[test]
    fn nightlife_is_a_matter_of_the_weekend() {
        let late = |day| Rhythm::Nightlife.weight(day, 23);
        assert!(late(SATURDAY) > 4.0 * late(TUESDAY));
        // One o'clock on Sunday is Saturday's night.
        assert!(Rhythm::Nightlife.weight(6, 1) > 3.0 * Rhythm::Nightlife.weight(TUESDAY, 1));
    }

    #[test]
    fn the_months_average_to_about_one() {
        for season in [
            Season::Even,
            Season::Summer,
            Season::Winter,
            Season::Growth,
            Season::Frost,
        ] {
            let sum: f64 = (1..=12).map(|month| season.weight(month)).sum();
            assert!((sum / 12.0 - 1.0).abs() < 0.03, "{season:?}: {sum}");
        }
    }
}
