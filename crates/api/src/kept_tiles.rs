//! Tiles that are kept compressed: one encoding answers everyone who may see the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use lagebild_domain::{Filter, RecordScope, Revision};
use lagebild_situation::{Layer, Situation, TileCoord};
use quick_cache::sync::{Cache, EntryAction, EntryResult};

use crate::coding::Coding;

/// Memory for tiles, in bytes.
const CAPACITY_BYTES: u64 = 64 << 20;
/// What a tile and its key take beside its bytes, about.
const OVERHEAD_BYTES: u64 = 1024;
/// A guess at how many tiles fit.
const TILES: usize = 8192;

/// A tile as it is asked for. Who may see the same and asks for the same gets the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WantedTile {
    pub(crate) scope: RecordScope,
    pub(crate) layer: Layer,
    pub(crate) tile: TileCoord,
    /// With its window filled in: without one it would mean another window tomorrow.
    pub(crate) filter: Filter,
    pub(crate) coding: Coding,
}

/// A tile's bytes in its coding.
#[derive(Debug, Clone)]
pub(crate) struct PackedTile {
    pub(crate) bytes: Bytes,
    pub(crate) coding: Coding,
    /// Strong, and another one for each coding.
    pub(crate) etag: Arc<str>,
}

#[derive(Debug, Clone)]
struct Kept {
    /// Newest change to what lies under the tile when it was made.
    under: Revision,
    /// `None` for a tile with nothing in it.
    packed: Option<PackedTile>,
}

#[derive(Debug, Clone)]
struct Weight;

impl quick_cache::Weighter<WantedTile, Kept> for Weight {
    fn weight(&self, _: &WantedTile, kept: &Kept) -> u64 {
        OVERHEAD_BYTES + kept.packed.as_ref().map_or(0, |packed| packed.bytes.len() as u64)
    }
}

/// The tiles that are kept.
///
/// A tile stands for as long as nothing changes under it; it is made anew when it is next asked for. Who asks for a tile
/// that is just being made waits for it.
///
/// What is deleted is not only no longer shown, it is forgotten: after a deletion nothing of before is kept.
#[derive(Debug, Clone)]
pub struct KeptTiles(Arc<Shelf>);

#[derive(Debug)]
struct Shelf {
    tiles: Cache<WantedTile, Kept, Weight>,
    /// Revision of the newest deletion that the tiles know of.
    last_removal: AtomicU64,
}

impl Default for KeptTiles {
    fn default() -> Self {
        Self(Arc::new(Shelf {
            tiles: Cache::with_weighter(TILES, CAPACITY_BYTES, Weight),
            last_removal: AtomicU64::new(0),
        }))
    }
}

impl KeptTiles {
    /// The tile, kept or new; `None` when there is nothing in it.
    pub(crate) async fn get(&self, situation: &Arc<Situation>, wanted: WantedTile) -> Option<PackedTile> {
        let Revision(last_removal) = situation.last_removal();
        if self.0.last_removal.swap(last_removal, Ordering::Relaxed) != last_removal {
            self.0.tiles.clear();
        }
        // Asked before the tile is made: a change in between makes the tile older than it is, never newer.
        let under = situation.revision_under(wanted.layer, wanted.tile);
        let entry = self.0.tiles.entry_async(&wanted, |_, kept| {
            if kept.under == under {
                EntryAction::Retain(kept.packed.clone())
            } else {
                EntryAction::ReplaceWithGuard
            }
        });
        match entry.await {
            EntryResult::Retained(packed) => packed,
            EntryResult::Replaced(place, _) | EntryResult::Vacant(place) => {
                let packed = make(Arc::clone(situation), wanted).await;
                // An error means that the place was taken away meanwhile; the tile is as good.
                drop(place.insert(Kept {
                    under,
                    packed: packed.clone(),
                }));
                packed
            }
            // Neither is asked for above.
            EntryResult::Removed(..) | EntryResult::Timeout => make(Arc::clone(situation), wanted).await,
        }
    }
}

/// Makes a tile, off the threads that answer.
async fn make(situation: Arc<Situation>, wanted: WantedTile) -> Option<PackedTile> {
    let made = tokio::task::spawn_blocking(move || {
        let bytes = situation.tile(&wanted.scope, wanted.layer, wanted.tile, &wanted.filter)?;
        Some(wanted.coding.pack(bytes))
    });
    match made.await {
        Ok(packed) => packed,
        // The panic goes on where the handlers' panics are caught.
        Err(error) => std::panic::resume_unwind(error.try_into_panic().ok()?),
    }
}
