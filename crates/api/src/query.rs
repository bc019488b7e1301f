//! Query strings: each endpoint's own words, the rest is the filter.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lagebild_domain::public_question::PublicQuestion;
use lagebild_domain::{Filter, RecordScope};
use lagebild_situation::Vocabulary;
use utoipa::IntoParams;

use crate::problem::Problem;

/// The pairs of a query string; each word is taken out once, what is left at the end is unknown.
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(raw: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(raw.unwrap_or_default().as_bytes());
        Self {
            pairs: pairs.into_owned().collect(),
        }
    }

    /// True when nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Takes a word out, as text.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(known, _)| known == name)?;
        Some(self.pairs.swap_remove(at).1)
    }

    /// Takes a word out and reads it.
    pub(crate) fn read<T>(&mut self, name: &str) -> Result<Option<T>, Problem>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.take(name)
            .map(|text| {
                text.parse()
                    .map_err(|error: T::Err| Problem::parameter(name, error.to_string()))
            })
            .transpose()
    }

    /// Takes the named words out into a query of their own.
    pub(crate) fn split(&mut self, names: &[&str]) -> Self {
        let (taken, left) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition(|(name, _)| names.contains(&name.as_str()));
        self.pairs = left;
        Self { pairs: taken }
    }

    /// Takes the length of a page out: 1 to 1000, if it is said.
    pub(crate) fn limit(&mut self) -> Result<Option<usize>, Problem> {
        self.take("limit")
            .map(|text| {
                text.parse()
                    .ok()
                    .filter(|limit| (1..=1000).contains(limit))
                    .ok_or_else(|| Problem::parameter("limit", "give a number from 1 to 1000"))
            })
            .transpose()
    }

    /// What is left as a filter; sources and areas must be ones that the viewer can know.
    pub(crate) fn filter(self, vocabulary: &Vocabulary, scope: &RecordScope) -> Result<Filter, Problem> {
        let pairs = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let filter = Filter::parse(pairs, vocabulary.taxonomy())?;
        if filter.sources.iter().any(|source| !scope.sees(source.as_str())) {
            return Err(Problem::parameter(
                "source",
                "not a source that you can see (see /api/v1/taxonomy)",
            ));
        }
        if filter
            .areas
            .iter()
            .any(|area| vocabulary.areas().by_id(area.as_str()).is_none())
        {
            return Err(Problem::parameter("area", "no such area (see /api/v1/areas)"));
        }
        Ok(filter)
    }

    /// What is left as a question about publications.
    pub(crate) fn public_question(self, vocabulary: &Vocabulary) -> Result<PublicQuestion, Problem> {
        let pairs = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        Ok(PublicQuestion::parse(
            pairs,
            vocabulary.taxonomy(),
            vocabulary.areas(),
        )?)
    }

    /// Fails when anything is left.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.pairs.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::parameter(
                name.chars().take(40).collect::<String>(),
                "unknown parameter",
            )),
        }
    }
}

/// A request whose query must be empty.
pub(crate) struct NoQuery;

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::parse(parts.uri.query()).finish().map(|()| Self)
    }
}

/// The filter's words, for the OpenAPI document only: they are read by [`Filter::parse`].
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for OpenAPI; Filter::parse reads it")]
pub(crate) struct FilterWords {
    /// Start, inclusive: a date or an RFC 3339 time. Default: 28 days before `to`.
    from: Option<String>,
    /// End, exclusive. Default: the newest report.
    to: Option<String>,
    /// Kinds, by comma: complaint, incident, perception.
    kind: Option<String>,
    /// Source ids, by comma.
    source: Option<String>,
    /// Fields of prevention, by comma: kriminal, verkehr, ordnung, staedtebau.
    prevention: Option<String>,
    /// Theme ids, by comma.
    theme: Option<String>,
    /// Category ids, by comma.
    category: Option<String>,
    /// States of work, by comma: `open`, `in_progress`, `closed`, `rejected`.
    status: Option<String>,
    /// Weekdays 1 (Monday) to 7, by comma or as a range.
    weekday: Option<String>,
    /// Hours 0 to 23, by comma or as a range such as 22-6.
    hour: Option<String>,
    /// Area ids, by comma.
    area: Option<String>,
    /// west,south,east,north in degrees.
    bbox: Option<String>,
}
