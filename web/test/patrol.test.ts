import { describe, expect, it } from 'vitest';
import { busiestSpan, hoursTogether, moved, shortestWay, wayLength_m, withStop } from '../src/data/patrol';
import type { LngLat } from '../src/geometry';

const at = (id: string, lng: number, lat = 51.68): { id: string; place: LngLat } => ({ id, place: [lng, lat] });
const ids = (stops: readonly { id: string }[]): string => stops.map(({ id }) => id).join('');

/** Places along one street, so that the shortest way is plain to see. */
const [a, b, c, d] = [at('a', 7.8), at('b', 7.81), at('c', 7.82), at('d', 7.83)];

describe('the way of a patrol', () => {
  it('is the shortest through all places', () => {
    expect(ids(shortestWay([a, c, b, d]))).toBe('abcd');
    expect(ids(shortestWay([b, d, a, c]))).toBe('dcba');
  });

  it('begins, of its two ends, with the one that was chosen first', () => {
    expect(ids(shortestWay([d, a]))).toBe('da');
    expect(ids(shortestWay([c, d, a, b]))).toBe('dcba');
  });

  it('goes round a square by three of its sides', () => {
    const square = [at('a', 7.8, 51.6), at('c', 7.81, 51.61), at('b', 7.81, 51.6), at('d', 7.8, 51.61)];
    const side_m = wayLength_m([at('a', 7.8, 51.6), at('d', 7.8, 51.61)]);
    expect(wayLength_m(shortestWay(square))).toBeLessThan(3 * side_m);
    expect(ids(shortestWay(square))).not.toMatch(/ac|ca|bd|db/);
  });

  it('takes no longer than any order drawn by lot', () => {
    let seed = 7;
    const next = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const places = Array.from({ length: 10 }, (_, index) => at(String(index), 7.7 + next() * 0.3, 51.6 + next() * 0.1));
    const shortest = wayLength_m(shortestWay(places));
    for (let draw = 0; draw < 500; draw += 1) {
      const order = places.map((place) => ({ place, key: next() })).sort((x, y) => x.key - y.key).map(({ place }) => place);
      expect(wayLength_m(order)).toBeGreaterThanOrEqual(shortest - 1e-6);
    }
  });

  it('is found for none, one and two places', () => {
    expect(shortestWay([])).toEqual([]);
    expect(shortestWay([a])).toEqual([a]);
    expect(shortestWay([b, a])).toEqual([b, a]);
  });

  it('takes a further place in where it costs least, and keeps the order that a hand gave it', () => {
    expect(ids(withStop([a, b, d], c))).toBe('abcd');
    expect(ids(withStop([d, a], b))).toBe('dba');
    expect(ids(withStop([], a))).toBe('a');
  });

  it('is changed by hand, one step at a time', () => {
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 'x', 1)).toEqual(['a', 'b', 'c']);
  });
});

describe('when a patrol meets most', () => {
  const hours = (...counts: [hour: number, count: number][]): number[] =>
    Array.from({ length: 24 }, (_, hour) => counts.find(([at]) => at === hour)?.[1] ?? 0);

  it('is the span that holds most reports, over midnight too', () => {
    expect(busiestSpan(hours([22, 3], [23, 2], [0, 4], [12, 1]), 4)).toEqual({ from: 21, to: 1, share: 0.9 });
    expect(busiestSpan(hours([8, 1], [9, 1], [20, 1]), 2)).toEqual({ from: 8, to: 10, share: 2 / 3 });
  });

  it('is not said where no hours are known', () => {
    expect(busiestSpan([], 4)).toBeNull();
    expect(busiestSpan(hours(), 4)).toBeNull();
    expect(hoursTogether([[], []])).toEqual([]);
  });

  it('counts each place the same, however many reports it has', () => {
    const together = hoursTogether([hours([8, 100]), hours([20, 1]), []]);
    expect([together[8], together[20]]).toEqual([0.5, 0.5]);
  });
});
