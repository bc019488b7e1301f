//! When passes were used last, on its way to the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use lagebild_store::{Holder, PassId};

/// A use is noted when the one that the store knows is so long ago.
const COARSENESS: SignedDuration = SignedDuration::from_secs(30);

/// Uses that are not yet in the store. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Attendance(Arc<Mutex<HashMap<PassId, Timestamp>>>);

impl Attendance {
    fn waiting(&self) -> MutexGuard<'_, HashMap<PassId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that somebody asked for something just now.
    pub(crate) fn note(&self, holder: &Holder) {
        let now = Timestamp::now();
        if holder
            .seen_at
            .is_none_or(|seen| now.duration_since(seen) >= COARSENESS)
        {
            self.waiting().insert(holder.pass.clone(), now);
        }
    }

    /// Takes what is to be kept.
    pub fn take(&self) -> Vec<(PassId, Timestamp)> {
        self.waiting().drain().collect()
    }
}
