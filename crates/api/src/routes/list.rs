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
