//! What a finding is called: a named place, a street, a district; never a house.

use std::collections::BTreeMap;

use lagebild_domain::{Finding, LatLng, ReportId};

use super::examine::{Examiner, Found};
use super::look::Looker;
use crate::failure::Failure;

/// A named place gives a finding its name when it lies in its circle, or at most this far from its centre.
const NAMED_WITHIN_M: f64 = 100.0;

impl Examiner {
    /// True when a named place is near.
    pub(crate) fn is_named(&self, finding: &Finding) -> bool {
        self.place_name(finding.center, finding.radius_m).1
    }

    /// The nearest named place in the circle, and true; else the district, and false.
    pub(super) fn place_name(&self, center: LatLng, radius_m: f64) -> (String, bool) {
        let nearest = self
            .places
            .iter()
            .map(|place| (place.point.distance_m(center), place))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .filter(|(distance_m, _)| *distance_m <= radius_m.max(NAMED_WITHIN_M));
        if let Some((_, place)) = nearest {
            return (place.name.clone(), true);
        }
        let areas = self.situation.vocabulary().areas();
        let district = areas
            .district_index(center)
            .map_or("ohne Ortsnamen", |index| areas.all()[index].name.as_str());
        (district.to_owned(), false)
    }
}

impl Looker {
    /// Names what lies far from every named place after the street that most of its reports name.
    pub(super) async fn named(&self, found: Vec<Found>) -> Result<Vec<Finding>, Failure> {
        let mut findings = Vec::with_capacity(found.len());
        for Found {
            mut finding,
            is_named,
        } in found
        {
            if !is_named && let Some(street) = self.commonest_street(&finding.reports).await? {
                finding.place = street;
            }
            findings.push(finding);
        }
        Ok(findings)
    }

    pub(super) async fn commonest_street(&self, reports: &[ReportId]) -> Result<Option<String>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for recorded in self.store.reports(scope, reports).await? {
            if let Some(place) = recorded.report.place {
                *named.entry(without_house_number(&place).to_owned()).or_default() += 1;
            }
        }
        Ok(named
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .map(|(place, _)| place))
    }
}

/// `Beispielweg 12a` or `50 Sample St` without its number: a hotspot is named after a street, never after a house.
fn without_house_number(place: &str) -> &str {
    let starts_with_digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let place = place.trim();
    if let Some((street, number)) = place.rsplit_once(' ')
        && starts_with_digit(number)
    {
        return street.trim_end_matches(',');
    }
    match place.split_once(' ') {
        // `5. Querstraße` is a name.
        Some((number, street)) if starts_with_digit(number) && !number.ends_with('.') => street.trim_start(),
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hotspot_is_named_after_a_street_not_a_house() {
        assert_eq!(without_house_number("Beispielweg 12a"), "Beispielweg");
        assert_eq!(
            without_house_number("On or near Parking Area"),
            "On or near Parking Area"
        );
        assert_eq!(without_house_number("Marktplatz"), "Marktplatz");
        assert_eq!(
            without_house_number("592-594 River St  Mattapan "),
            "River St  Mattapan"
        );
        assert_eq!(without_house_number("5. Querstraße"), "5. Querstraße");
    }
}
