//! The shape of every list.

use lagebild_domain::Revision;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::query::Query;

/// Part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Value of the parameter `next` for the rest; null at the end.
    #[schema(required = true)]
    pub(crate) next: Option<String>,
    /// State of the data.
    #[schema(value_type = u64)]
    pub(crate) revision: Revision,
}

/// A page that was asked for with one row more than its limit: that row only tells whether there is more.
#[derive(Debug)]
pub(crate) struct Page<R> {
    pub(crate) rows: Vec<R>,
    /// Value of `next`.
    pub(crate) next: Option<String>,
}

impl<R> Page<R> {
    /// Of at most `limit` + 1 rows, each named in `next` by its key.
    pub(crate) fn new<K: ToString>(mut rows: Vec<R>, limit: usize, key_of: impl Fn(&R) -> K) -> Self {
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows
            .last()
            .filter(|_| has_more)
            .map(|last| key_of(last).to_string());
        Self { rows, next }
    }

    /// The list of its rows as the API shows them.
    pub(crate) fn list<T>(self, revision: Revision, item_of: impl FnMut(R) -> T) -> List<T> {
        List {
            items: self.rows.into_iter().map(item_of).collect(),
            next: self.next,
            revision,
        }
    }
}

impl<T> List<T> {
    /// The page of a short list that the query asks for: behind the item with the id `next`, at most `limit` items; all
    /// of them when it says nothing.
    pub(crate) fn page(
        mut items: Vec<T>,
        id_of: impl Fn(&T) -> &str,
        query: &mut Query,
        revision: Revision,
    ) -> Result<Self, Problem> {
        let limit = query.limit()?;
        if let Some(next) = query.take("next") {
            let last = items
                .iter()
                .position(|item| id_of(item) == next)
                .ok_or_else(|| Problem::parameter("next", "not a value of `next` from an earlier answer"))?;
            items.drain(..=last);
        }
        let next = limit
            .filter(|limit| items.len() > *limit)
            .map(|limit| id_of(&items[limit - 1]).to_owned());
        items.truncate(limit.unwrap_or(usize::MAX));
        Ok(Self {
            items,
            next,
            revision,
        })
    }
}
