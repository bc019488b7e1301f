//! A sorted list in blocks: one slice after the other, cheap to change and cheap to copy.

use std::ops::RangeInclusive;
use std::sync::Arc;

/// Items of a full block. A change moves half a block at most, and a full block of events is 16 KiB.
const BLOCK: usize = 256;

/// Something with a place in an order.
pub(crate) trait Keyed: Copy {
    /// What it is ordered by.
    type Key: Ord + Copy;
    /// Its place in the order.
    fn key(&self) -> Self::Key;
}

/// Items in ascending order of their keys, each key once.
///
/// A B-tree of two levels: a directory of blocks of up to [`BLOCK`] items. A full block is halved where something comes
/// between, and left whole where something comes at the end, so that keys that only rise fill the blocks. A copy shares
/// the blocks; who changes one that is shared copies it first. A copy of ten million events so costs less than a
/// millisecond, and can be read at leisure while the original goes on.
#[derive(Debug, Clone)]
pub(crate) struct Blocks<T> {
    /// None is empty.
    blocks: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Blocks<T> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Keyed> Blocks<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, key: T::Key) -> Option<&T> {
        let block = &self.blocks[self.block_of(key)?];
        let at = block.binary_search_by_key(&key, Keyed::key).ok()?;
        block.get(at)
    }

    /// Puts the item in its place; gives the one with the same key that it replaces.
    pub(crate) fn insert(&mut self, item: T) -> Option<T> {
        let key = item.key();
        let Some(index) = self.block_of(key) else {
            self.start_block(0, item);
            return None;
        };
        let at = match self.blocks[index].binary_search_by_key(&key, Keyed::key) {
            Ok(at) => {
                let block = Arc::make_mut(&mut self.blocks[index]);
                return Some(std::mem::replace(&mut block[at], item));
            }
            Err(at) => at,
        };
        if self.blocks[index].len() < BLOCK {
            Arc::make_mut(&mut self.blocks[index]).insert(at, item);
            self.len += 1;
        } else if at == BLOCK && index + 1 == self.blocks.len() {
            self.start_block(index + 1, item);
        } else {
            let block = Arc::make_mut(&mut self.blocks[index]);
            let mut upper = Vec::with_capacity(BLOCK);
            upper.extend(block.drain(BLOCK / 2..));
            if at <= BLOCK / 2 {
                block.insert(at, item);
            } else {
                upper.insert(at - BLOCK / 2, item);
            }
            self.blocks.insert(index + 1, Arc::new(upper));
            self.len += 1;
        }
        None
    }

    /// Puts the item at the end; false, and nothing done, when its key does not lie above all others.
    pub(crate) fn push(&mut self, item: T) -> bool {
        let last = self.blocks.last_mut().map(Arc::make_mut);
        match last {
            Some(block) if block.last().is_some_and(|last| last.key() >= item.key()) => return false,
            Some(block) if block.len() < BLOCK => {
                block.push(item);
                self.len += 1;
            }
            _ => self.start_block(self.blocks.len(), item),
        }
        true
    }

    /// Takes the item out.
    pub(crate) fn remove(&mut self, key: T::Key) -> Option<T> {
        let index = self.block_of(key)?;
        let at = self.blocks[index].binary_search_by_key(&key, Keyed::key).ok()?;
        let removed = Arc::make_mut(&mut self.blocks[index]).remove(at);
        if self.blocks[index].is_empty() {
            self.blocks.remove(index);
        }
        self.len -= 1;
        Some(removed)
    }

    /// All items in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.blocks.iter().flat_map(|block| block.iter())
    }

    /// The items with a key in the range, in order.
    pub(crate) fn range(&self, range: RangeInclusive<T::Key>) -> impl Iterator<Item = &T> {
        let first = self.block_of(*range.start()).unwrap_or(0);
        let behind = self.blocks[first..].partition_point(|block| block[0].key() <= *range.end());
        self.blocks[first..first + behind].iter().flat_map(move |block| {
            let from = block.partition_point(|item| item.key() < *range.start());
            let to = block.partition_point(|item| item.key() <= *range.end());
            &block[from..to.max(from)]
        })
    }

    /// The block that holds the key or would; `None` when there is no block at all.
    fn block_of(&self, key: T::Key) -> Option<usize> {
        let behind = self.blocks.partition_point(|block| block[0].key() <= key);
        (!self.blocks.is_empty()).then(|| behind.saturating_sub(1))
    }

    fn start_block(&mut self, index: usize, item: T) {
        let mut block = Vec::with_capacity(BLOCK);
        block.push(item);
        self.blocks.insert(index, Arc::new(block));
        self.len += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    impl Keyed for (u32, u32) {
        type Key = u32;
        fn key(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn rising_keys_fill_their_blocks() {
        let mut list = Blocks::default();
        for key in 0..10_000_u32 {
            list.insert((key, 0));
        }
        assert_eq!(list.blocks.len(), 10_000_usize.div_ceil(BLOCK));
    }

    proptest! {
        /// Whatever is put in and taken out, the list answers as the standard library's map does, and a copy made on the
        /// way stays as it was.
        #[test]
        fn the_list_is_a_map(
            steps in proptest::collection::vec((0_u32..3_000, any::<bool>()), 0..4_000),
            copied_at in 0_usize..4_000, first in 0_u32..3_000, length in 0_u32..3_000,
        ) {
            let mut list: Blocks<(u32, u32)> = Blocks::default();
            let mut map = BTreeMap::new();
            let mut copies = None;
            for (step, (key, is_removal)) in (0..).zip(steps) {
                if is_removal && step % 3 == 0 {
                    prop_assert_eq!(list.remove(key).map(|item| item.1), map.remove(&key));
                } else {
                    prop_assert_eq!(list.insert((key, step)).map(|item| item.1), map.insert(key, step));
                }
                if step as usize == copied_at {
                    copies = Some((list.clone(), map.clone()));
                }
            }
            let now = Some((list, map));
            for (list, map) in [now, copies].into_iter().flatten() {
                prop_assert_eq!(list.len(), map.len());
                prop_assert!(list.iter().copied().eq(map.iter().map(|(k, v)| (*k, *v))));
                let range = first..=first + length;
                prop_assert!(list.range(range.clone()).copied().eq(map.range(range).map(|(k, v)| (*k, *v))));
                prop_assert_eq!(list.get(first).copied(), map.get(&first).map(|v| (first, *v)));
                let mut pushed = Blocks::default();
                prop_assert!(list.iter().all(|item| pushed.push(*item)));
                prop_assert!(pushed.iter().eq(list.iter()));
                prop_assert!(list.iter().all(|item| !pushed.push(*item)));
                prop_assert!(list.blocks.iter().all(|block| (1..=BLOCK).contains(&block.len())));
            }
        }
    }
}
