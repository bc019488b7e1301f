//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Looks until there is something, and gives it; fails after `at_most`.
pub fn until<T>(what: &str, at_most: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + at_most;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {at_most:?} in vain for {what}");
        std::thread::sleep(BETWEEN_LOOKS);
    }
}
