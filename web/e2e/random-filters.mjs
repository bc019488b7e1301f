/** A small generator of random numbers (mulberry32), so that a failing filter can be drawn again. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAY_MS = 86_400_000;
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** Filters in the words of the address, over windows that lie wholly in the past: there the live feed adds nothing. */
export function randomFilters(count, seed, { taxonomy, areas }) {
  const next = random(seed);
  const below = (limit) => Math.floor(next() * limit);
  const some = (values, most) => {
    const chosen = new Set(Array.from({ length: 1 + below(most) }, () => values[below(values.length)]));
    return [...chosen].sort().join(',');
  };
  const ids = (list) => list.map(({ id }) => id);
  const dimensions = [
    ['kind', () => some(['complaint', 'incident', 'perception'], 2)],
    ['source', () => some(ids(taxonomy.sources), 2)],
    ['prevention', () => some(ids(taxonomy.preventions), 2)],
    ['theme', () => some(ids(taxonomy.themes), 4)],
    ['category', () => some(ids(taxonomy.categories), 8)],
    ['status', () => some(['open', 'in_progress', 'closed', 'rejected'], 3)],
    ['weekday', () => some(['1', '2', '3', '4', '5', '6', '7'], 4)],
    ['hour', () => `${String(below(24))}-${String(below(24))}`],
    ['area', () => some(ids(areas.filter(({ kind }) => kind === 'district')), 3)],
    ['bbox', () => {
      const west = 7.68 + next() * 0.15;
      const south = 51.6 + next() * 0.06;
      return [west, south, west + 0.03 + next() * 0.15, south + 0.02 + next() * 0.08].map((degrees) => Number(degrees.toFixed(5))).join(',');
    }],
  ];
  return Array.from({ length: count }, () => {
    const from = Date.now() - (40 + below(600)) * DAY_MS;
    const filter = new URLSearchParams({ from: dayOf(from), to: dayOf(from + (2 + below(12)) * DAY_MS) });
    for (const [name, value] of dimensions) if (next() < 0.2) filter.set(name, value());
    return filter.toString().replaceAll('%2C', ',');
  });
}
