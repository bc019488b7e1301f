//! Who works together: organisations with their agreement, and the bodies they meet in.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::project::DecisionPath;
use crate::release::Release;
use crate::report::word;
use crate::slug::OrganisationId;

word!(
    /// How an organisation belongs to the partnership.
    Standing {
        /// One of the two who agreed, or an office of theirs: the city, its police.
        Carrier = "carrier",
        /// Kooperationspartner.
        Partner = "partner",
        /// Assoziierter Partner.
        Associate = "associate",
        /// Gast.
        Guest = "guest",
    }
);

impl Standing {
    /// The standing's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Carrier => "Träger",
            Self::Partner => "Kooperationspartner",
            Self::Associate => "Assoziierter Partner",
            Self::Guest => "Gast",
        }
    }
}

/// Somebody to turn to: an office, not a name, so that it stays right when people change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The office.
    pub office: String,
    /// Its mailbox or number.
    pub reach: String,
}

/// A Letter of Intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Day of its signature.
    pub signed: Date,
    /// Last day it holds; until it is ended without one.
    pub until: Option<Date>,
}

/// An organisation of the partnership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// How it belongs.
    pub standing: Standing,
    /// Its Letter of Intent; carriers need none.
    pub letter: Option<Letter>,
    /// Its standing contacts (Ansprechpersonen).
    #[serde(rename = "contact", default)]
    pub contacts: Vec<Contact>,
}

impl Organisation {
    /// True for those who agreed; they need no letter.
    pub fn is_carrier(&self) -> bool {
        self.standing == Standing::Carrier
    }

    /// True when its letter has ended: nothing is released to it any more.
    pub fn has_ended(&self, today: Date) -> bool {
        self.letter
            .and_then(|letter| letter.until)
            .is_some_and(|until| until < today)
    }
}

/// A body (Gremium): it is an organisation too when something is released to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// What it is there for.
    pub task: String,
    /// How often it meets.
    pub meets: String,
    /// Who belongs to it.
    pub members: Vec<OrganisationId>,
}

/// The organisations and bodies of an installation. Empty where its configuration names none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partnership {
    organisations: Vec<Organisation>,
    bodies: Vec<Body>,
}

/// What is wrong with a partnership.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPartnership {
    /// Two have the same id.
    #[error("the organisation or body \"{0}\" stands there twice")]
    Twice(OrganisationId),
    /// A partner, associate or guest has signed nothing.
    #[error(
        "the organisation \"{0}\" is no carrier and needs `letter = {{ signed = \"2026-01-31\", until = … }}`, its Letter of Intent"
    )]
    NoLetter(OrganisationId),
    /// A letter ends before it begins.
    #[error("the Letter of Intent of \"{0}\" ends before it was signed")]
    EndsBefore(OrganisationId),
    /// A body names somebody who is not there.
    #[error("the body \"{body}\" has the member \"{member}\", and there is no [[organisation]] of this id")]
    UnknownMember {
        /// The body.
        body: OrganisationId,
        /// The member.
        member: OrganisationId,
    },
    /// Somebody who is not there decides on projects.
    #[error("[projects] `path` names \"{0}\", and there is no [[organisation]] or [[body]] of this id")]
    UnknownInPath(OrganisationId),
    /// Something is released by or to somebody who is not there.
    #[error(
        "the release \"{release}\" names \"{organisation}\", and there is no [[organisation]] or [[body]] of this id"
    )]
    UnknownReceiver {
        /// The release.
        release: String,
        /// Who is not there.
        organisation: OrganisationId,
    },
}

impl Partnership {
    /// Holds the way of projects against who is there.
    ///
    /// # Errors
    /// [`InvalidPartnership::UnknownInPath`], unless nobody is there.
    pub fn check_path(&self, path: &DecisionPath) -> Result<(), InvalidPartnership> {
        let of_path = path.stations().iter();
        let mut ids = of_path.flat_map(|station| std::iter::once(&station.body).chain(&station.consent));
        match ids.find(|id| !self.is_empty() && self.name_of(id).is_none()) {
            Some(id) => Err(InvalidPartnership::UnknownInPath(id.clone())),
            None => Ok(()),
        }
    }

    /// Of these organisations and bodies.
    ///
    /// # Errors
    /// [`InvalidPartnership`].
    pub fn new(organisations: Vec<Organisation>, bodies: Vec<Body>) -> Result<Self, InvalidPartnership> {
        let ids: Vec<&OrganisationId> = organisations
            .iter()
            .map(|organisation| &organisation.id)
            .chain(bodies.iter().map(|body| &body.id))
            .collect();
        if let Some((_, twice)) = ids.iter().enumerate().find(|(at, id)| ids[..*at].contains(id)) {
            return Err(InvalidPartnership::Twice((*twice).clone()));
        }
        for organisation in &organisations {
            match organisation.letter {
                None if organisation.standing != Standing::Carrier => {
                    return Err(InvalidPartnership::NoLetter(organisation.id.clone()));
                }
                Some(letter) if letter.until.is_some_and(|until| until < letter.signed) => {
                    return Err(InvalidPartnership::EndsBefore(organisation.id.clone()));
                }
                _ => {}
            }
        }
        for body in &bodies {
            if let Some(member) = body.members.iter().find(|member| {
                organisations
                    .iter()
                    .all(|organisation| organisation.id != **member)
            }) {
                return Err(InvalidPartnership::UnknownMember {
                    body: body.id.clone(),
                    member: member.clone(),
                });
            }
        }
        Ok(Self {
            organisations,
            bodies,
        })
    }

    /// The organisations.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The bodies.
    pub fn bodies(&self) -> &[Body] {
        &self.bodies
    }

    /// True when the configuration names nobody.
    pub fn is_empty(&self) -> bool {
        self.organisations.is_empty() && self.bodies.is_empty()
    }

    /// The name of an organisation or a body.
    pub fn name_of(&self, id: &OrganisationId) -> Option<&str> {
        let organisation = self
            .organisations
            .iter()
            .find(|organisation| organisation.id == *id);
        organisation
            .map(|organisation| organisation.name.as_str())
            .or_else(|| {
                let body = self.bodies.iter().find(|body| body.id == *id)?;
                Some(body.name.as_str())
            })
    }

    /// The releases as far as the Letters of Intent carry them: none begins before its receiver's letter or outlives it.
    /// A release whose receiver's letter has ended before it begins stays on the list and is never in force.
    ///
    /// # Errors
    /// [`InvalidPartnership::UnknownReceiver`] where somebody is not there, unless nobody is.
    pub fn bind(&self, releases: Vec<Release>) -> Result<Vec<Release>, InvalidPartnership> {
        if self.is_empty() {
            return Ok(releases);
        }
        for release in &releases {
            for id in [&release.owner, &release.to] {
                if self.name_of(id).is_none() {
                    return Err(InvalidPartnership::UnknownReceiver {
                        release: release.id.to_string(),
                        organisation: id.clone(),
                    });
                }
            }
        }
        let bound = releases.into_iter().map(|mut release| {
            let receiver = self
                .organisations
                .iter()
                .find(|organisation| organisation.id == release.to);
            if let Some(letter) = receiver.and_then(|organisation| organisation.letter) {
                release.from = Some(release.from.map_or(letter.signed, |from| from.max(letter.signed)));
                release.until = letter
                    .until
                    .map_or(release.until, |until| until.min(release.until));
            }
            release
        });
        Ok(bound.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(id: &str, standing: Standing, letter: Option<(&str, Option<&str>)>) -> Organisation {
        Organisation {
            id: OrganisationId::new(id).unwrap(),
            name: id.to_uppercase(),
            standing,
            letter: letter.map(|(signed, until)| Letter {
                signed: signed.parse().unwrap(),
                until: until.map(|until| until.parse().unwrap()),
            }),
            contacts: Vec::new(),
        }
    }

    fn release(to: &str, from: &str, until: &str) -> Release {
        serde_json::from_str(&format!(
            r#"{{"id": "f", "owner": "stadt", "to": "{to}", "sources": ["m"], "as": "records", "purpose": "p",
                "from": "{from}", "until": "{until}", "approved_by": "x"}}"#
        ))
        .unwrap()
    }

    fn city() -> Organisation {
        organisation("stadt", Standing::Carrier, None)
    }

    #[test]
    fn a_release_lasts_no_longer_than_its_receivers_letter() {
        let zoll = organisation(
            "zoll",
            Standing::Associate,
            Some(("2026-03-01", Some("2027-02-28"))),
        );
        let partnership = Partnership::new(vec![city(), zoll], Vec::new()).unwrap();
        let bound = |from: &str, until: &str| {
            let bound = partnership.bind(vec![release("zoll", from, until)]).unwrap();
            (bound[0].from.unwrap().to_string(), bound[0].until.to_string())
        };
        let dates = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        assert_eq!(
            bound("2026-01-01", "2030-12-31"),
            dates("2026-03-01", "2027-02-28")
        );
        assert_eq!(
            bound("2026-06-01", "2026-12-31"),
            dates("2026-06-01", "2026-12-31")
        );
        let late = partnership
            .bind(vec![release("zoll", "2027-03-01", "2027-12-31")])
            .unwrap();
        for day in ["2027-02-28", "2027-03-01", "2027-12-31"] {
            assert!(!late[0].is_in_force(day.parse().unwrap()), "{day}");
        }
    }

    #[test]
    fn a_partnership_says_what_is_wrong_with_it() {
        let guest = |letter| organisation("gast", Standing::Guest, letter);
        let make = |organisations, members: &[&str]| {
            let body = Body {
                id: OrganisationId::new("lenkungsgruppe").unwrap(),
                name: "Lenkungsgruppe".to_owned(),
                task: String::new(),
                meets: String::new(),
                members: members
                    .iter()
                    .map(|id| OrganisationId::new(id).unwrap())
                    .collect(),
            };
            Partnership::new(organisations, vec![body]).map_err(|error| error.to_string())
        };
        assert!(make(vec![city(), guest(Some(("2026-01-01", None)))], &["stadt"]).is_ok());
        for (organisations, members, problem) in [
            (vec![city(), city()], &[][..], "twice"),
            (vec![guest(None)], &[], "Letter of Intent"),
            (
                vec![guest(Some(("2026-01-02", Some("2026-01-01"))))],
                &[],
                "ends before",
            ),
            (vec![city()], &["polizei"], "no [[organisation]] of this id"),
        ] {
            let error = make(organisations, members).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
        let known = make(vec![city()], &["stadt"]).unwrap();
        assert!(
            known
                .bind(vec![release("zoll", "2026-01-01", "2026-12-31")])
                .is_err()
        );
        assert!(
            known
                .bind(vec![release("lenkungsgruppe", "2026-01-01", "2026-12-31")])
                .is_ok()
        );
        let nobody = Partnership::default();
        assert!(
            nobody
                .bind(vec![release("zoll", "2026-01-01", "2026-12-31")])
                .is_ok()
        );
    }
}
