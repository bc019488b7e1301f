//! The shape of every list.

use lagebild_domain::Revision;
use serde::Serialize;
use utoipa::ToSchema;

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
    /// A list that is whole.
    pub(crate) fn whole(items: Vec<T>, revision: Revision) -> Self {
        Self {
            items,
            next: None,
            revision,
        }
    }
}
