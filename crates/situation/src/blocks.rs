//! A sorted list in blocks: one slice after the other, cheap to change and cheap to copy.

use std::ops::RangeInclusive;
use std::sync::Arc;

/// Items of a full block. A change moves half a block at most, and a full block of events is 16 KiB.
const BLOCK: usize = 256;

/// Something with a place in an order.
pub(crate) trait Keyed: Copy {
    /// What it is ordered by.
    type Key: Ord + Copy + std::fmt::Debug;
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
pub(crate) struct Blocks<T: Keyed> {
    /// None is empty.
    blocks: Vec<Block<T>>,
    len: usize,
}

#[derive(Debug, Clone)]
struct Block<T: Keyed> {
    /// No key of the block lies below it, and none of an earlier block at or above it. Kept here, so that a search stays in
    /// the directory.
    from: T::Key,
    items: Arc<Vec<T>>,
}

impl<T: Keyed> Block<T> {
    fn new(items: Vec<T>, from: T::Key) -> Self {
        Self {
            from,
            items: Arc::new(items),
        }
    }

    fn find(&self, key: T::Key) -> Result<usize, usize> {
        self.items.binary_search_by_key(&key, Keyed::key)
    }
}

impl<T: Keyed> Default for Blocks<T> {
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
        block.items.get(block.find(key).ok()?)
    }

    /// Puts the item in its place; gives the one with the same key that it replaces.
    pub(crate) fn insert(&mut self, item: T) -> Option<T> {
        let key = item.key();
        let Some(index) = self.block_of(key) else {
            self.start_block(item);
            return None;
        };
        let is_last = index + 1 == self.blocks.len();
        let block = &mut self.blocks[index];
        block.from = block.from.min(key);
        let at = match block.find(key) {
            Ok(at) => return Some(std::mem::replace(&mut Arc::make_mut(&mut block.items)[at], item)),
            Err(at) => at,
        };
        if at == BLOCK && is_last {
            self.start_block(item);
            return None;
        }
        self.len += 1;
        let items = Arc::make_mut(&mut block.items);
        if items.len() < BLOCK {
            items.insert(at, item);
            return None;
        }
        let mut upper = Vec::with_capacity(BLOCK);
        upper.extend(items.drain(BLOCK / 2..));
        let from = upper[0].key();
        if at <= BLOCK / 2 {
            items.insert(at, item);
        } else {
            upper.insert(at - BLOCK / 2, item);
        }
        self.blocks.insert(index + 1, Block::new(upper, from));
        None
    }

    /// Puts the item at the end; false, and nothing done, when its key does not lie above all others.
    pub(crate) fn push(&mut self, item: T) -> bool {
        match self
            .blocks
            .last_mut()
            .map(|block| Arc::make_mut(&mut block.items))
        {
            Some(items) if items.last().is_some_and(|last| last.key() >= item.key()) => return false,
            Some(items) if items.len() < BLOCK => {
                items.push(item);
                self.len += 1;
            }
            _ => self.start_block(item),
        }
        true
    }

    /// Takes the item out.
    pub(crate) fn remove(&mut self, key: T::Key) -> Option<T> {
        let index = self.block_of(key)?;
        let at = self.blocks[index].find(key).ok()?;
        let items = Arc::make_mut(&mut self.blocks[index].items);
        let removed = items.remove(at);
        if items.is_empty() {
            self.blocks.remove(index);
        }
        self.len -= 1;
        Some(removed)
    }

    /// All items in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.blocks.iter().flat_map(|block| block.items.iter())
    }

    /// The items with a key in the range, in order.
    pub(crate) fn range(&self, range: RangeInclusive<T::Key>) -> impl Iterator<Item = &T> {
        let first = self.block_of(*range.start()).unwrap_or(0);
        let behind = self.blocks[first..].partition_point(|block| block.from <= *range.end());
        self.blocks[first..first + behind].iter().flat_map(move |block| {
            let from = block.items.partition_point(|item| item.key() < *range.start());
            let to = block.items.partition_point(|item| item.key() <= *range.end());
            &block.items[from..to.max(from)]
        })
    }

    /// The block that holds the key or would; `None` when there is no block at all.
    fn block_of(&self, key: T::Key) -> Option<usize> {
        let behind = self.blocks.partition_point(|block| block.from <= key);
        (!self.blocks.is_empty()).then(|| behind.saturating_sub(1))
    }

    /// Puts the item behind all blocks, in one of its own.
    fn start_block(&mut self, item: T) {
        let mut items = Vec::with_capacity(BLOCK);
        items.push(item);
        self.blocks.push(Block::new(items, item.key()));
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
                prop_assert!(list.blocks.iter().all(|block| (1..=BLOCK).contains(&block.items.len())));
            }
        }
    }
}
