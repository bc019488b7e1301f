//! How many cores a look takes: never all of them for long, so that tiles and feeds are not kept waiting.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Threads for looks, and one for work that has time.
#[derive(Debug, Clone)]
pub(crate) struct Cores {
    spared: Option<Arc<ThreadPool>>,
    one: Option<Arc<ThreadPool>>,
}

impl Default for Cores {
    fn default() -> Self {
        let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = |threads| {
            ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .ok()
                .map(Arc::new)
        };
        Self {
            spared: pool((all - 1).max(1)),
            one: pool(1),
        }
    }
}

impl Cores {
    /// Runs the work on all cores but one.
    pub(crate) fn spared<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        within(self.spared.as_ref(), work)
    }

    /// Runs the work on one core.
    pub(crate) fn one<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        within(self.one.as_ref(), work)
    }
}

/// Where no threads can be had, the work is done all the same.
fn within<T: Send>(pool: Option<&Arc<ThreadPool>>, work: impl FnOnce() -> T + Send) -> T {
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
